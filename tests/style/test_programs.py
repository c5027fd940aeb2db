"""Set-up installs what the scripts call: every program has a package in packages_of() or belongs to every Debian, and
every package there is used. What a developer's machine happens to have does not count."""

import ast
import re
import unittest

import shell_words
from test_tree import files, none, text_of, text_of_first_line

SETUP = "shared/setup/packages.sh"

# Of Debian's essential packages and apt, which the smallest root has.
GIVEN = set("""
apt-config apt-get awk basename bash cat chmod chown chroot cmp cp cut date df dirname dpkg-deb dpkg-query env find
flock grep gzip head id ln ls mkdir mktemp mount mv nproc readlink rm sed sh sha256sum sleep sort tail tar timeout
touch tr true unshare xargs""".split())

# With a way of their own where they are not there.
OPTIONAL = {
    "sudo": "whoever is not root has it, or is told what root has to do",
    "git": "a downloaded archive has no history; the tests walk the folder then",
    "shasum": "macOS, instead of sha256sum",
    "nginx": "unpacked by ensure_nginx",
    "c++": "looked for where nothing is installed by us", "clang++": "looked for where nothing is installed by us",
    "google-chrome": "instead of chromium", "chromium-browser": "instead of chromium", "firefox": "instead of firefox-esr",
    "nodejs": "another name of node",
}

# Which package gives a program.
PACKAGE_OF = {
    "brotli": "brotli", "ccache": "ccache", "chromium": "chromium", "clang++-19": "clang-19", "clang-format-19": "clang-format-19",
    "cmake": "cmake", "curl": "curl", "debootstrap": "debootstrap", "firefox-esr": "firefox-esr", "g++": "g++",
    "ninja": "ninja-build", "node": "nodejs", "npm": "npm", "pkg-config": "pkg-config",
    "python3": "python3", "shellcheck": "shellcheck", "Xvfb": "xvfb", "xz": "xz-utils",
    "emcc": "emscripten", "em++": "emscripten", "emar": "emscripten", "em-config": "emscripten", "wasm-split": "emscripten",
}

# What no script calls by its name: where the package is used.
USED_IN = {
    "clang-19": ("shared/setup/emscripten.sh", "CLANG_ADD_VERSION"),
    "lld-19": ("shared/setup/emscripten.sh", "LLVM_ADD_VERSION"),
    "llvm-19": ("shared/setup/emscripten.sh", "LLVM_ADD_VERSION"),
    "libclang-rt-19-dev": ("CMakePresets.json", "clang++-19"),
    "fonts-inter": ("shared/setup/fonts.sh", "Inter-Regular"),
    "chromium": ("shared/setup/all.sh", "first_program chromium "),
    "firefox-esr": ("shared/setup/all.sh", "first_program firefox-esr "),
    "mkdocs": ("tests/browser/hosts.test.mjs", "/usr/bin/mkdocs"),
    "python3-markdown": ("tests/cli/test_report.py", "markdown"),
    "libuv1-dev": ("native/CMakeLists.txt", "libuv"),
    "libsdl2-dev": ("shared/setup/cmake/sdl2.cmake", "find_package(SDL2"),
    "libcli11-dev": ("native/CMakeLists.txt", "find_package(CLI11"),
    "libhttp-parser-dev": ("native/CMakeLists.txt", "http_parser.h"),
    "libcurl4-openssl-dev": ("native/CMakeLists.txt", "libcurl"),
    "libsqlite3-dev": ("native/CMakeLists.txt", "sqlite3"),
    "libgtest-dev": ("tests/CMakeLists.txt", "find_package(GTest"),
    "libtbb-dev": ("tests/bench/CMakeLists.txt", "find_package(TBB"),
    "g++": ("CMakeLists.txt", "LANGUAGES C CXX"),
    "xz-utils": ("shared/setup/sources.sh", "orig.tar."),
    "ninja-build": ("CMakePresets.json", "Ninja"),
}


def packages():
    body = re.search(r"^packages_of\(\) \{\n(.*?)^\}", text_of(SETUP), re.M | re.S).group(1)
    words = []
    for listed in re.findall(r"\becho ((?:[^\n;]|\\\n)*?) ;;|^\s+echo ((?:[^\n]|\\\n)*)$", body, re.M):
        words += re.sub(r"\"?\$\([^)]*\)\"?|\\\n", " ", " ".join(listed)).split()
    if "$(node_packages)" in body:
        words.append("nodejs")
    return set(words)


def shell_scripts():
    return [path for path in files() if path.endswith(".sh") or text_of_first_line(path).endswith("bash")]


def programs_of_shell():
    scripts = {path: text_of(path) for path in shell_scripts()}
    ours = set().union(*(shell_words.functions_of(text) for text in scripts.values()))
    called = {}
    for path, text in scripts.items():
        code = re.sub(r"^\s*#.*", "", text, flags=re.M)
        asked_for = re.findall(r"\b(?:have|command -v) ([A-Za-z][\w.+-]*)", code)
        for name in (shell_words.commands(text) | set(asked_for)) - ours:
            called.setdefault(name, path)
    return called


def programs_of_python():
    called = {}
    for path in files():
        if not path.endswith(".py"):
            continue
        for node in ast.walk(ast.parse(text_of(path))):
            if not isinstance(node, ast.Call) or not node.args or not isinstance(node.func, ast.Attribute):
                continue
            first = node.args[0]
            if node.func.attr in ("run", "Popen", "check_output", "check_call", "call") and isinstance(first, ast.List) and first.elts:
                first = first.elts[0]
            elif node.func.attr != "which":
                continue
            if isinstance(first, ast.Constant) and isinstance(first.value, str) and "/" not in first.value:
                called.setdefault(first.value, path)
    return called


def programs_of_javascript():
    start = re.compile(r"\b(?:execFile|execFileSync|spawn|spawnSync)\)?\(\s*\"([^\"/]+)\"")
    return {name: path for path in files() if path.endswith(".mjs") for name in start.findall(text_of(path))}


def programs_of_cmake():
    called = {}
    for path in files():
        if path.endswith((".cmake", "CMakeLists.txt")):
            for name in re.findall(r"find_program\(\w+ ([\w.+-]+)", text_of(path)):
                called.setdefault(name, path)
    return called


class Programs(unittest.TestCase):
    def test_every_program_has_a_package_that_set_up_names(self):
        named, wrong = packages(), []
        for find in (programs_of_shell, programs_of_python, programs_of_javascript, programs_of_cmake):
            for name, path in sorted(find().items()):
                if name in GIVEN or name in OPTIONAL:
                    continue
                package = PACKAGE_OF.get(name)
                if package is None:
                    wrong.append(f"{path} calls {name}: of which package is it? Name that in {SETUP}, and here")
                elif package not in named:
                    wrong.append(f"{path} calls {name}: {SETUP} does not name {package}")
        none(self, wrong)

    def test_every_package_is_used(self):
        called = set()
        for find in (programs_of_shell, programs_of_python, programs_of_javascript, programs_of_cmake):
            called |= {PACKAGE_OF[name] for name in find() if name in PACKAGE_OF}
        wrong = []
        for package in sorted(packages() - called):
            path, text = USED_IN.get(package, (None, None))
            if path is None or text not in text_of(path):
                wrong.append(f"{SETUP} names {package}: nothing here uses it")
        none(self, wrong)

    def test_a_script_is_read_as_the_shell_reads_it(self):
        script = '''
        # not this
        a_program one two | b-program && if ! c_program; then d_program; fi
        X=1 e_program "$(f_program 'not (this')" >not_this
        case "$word" in not_this | nor_this) g_program ;; *) h_program ;; esac
        sudo env A=b i_program; cat <<TEXT
not_this either
TEXT
        for x in not this; do j_program; done; [[ -n not && this ]] || timeout 5 k_program
        printf '%s' x | xargs -0 l_program
        words=(not this)
        m_program < <(n_program)
        '''
        self.assertEqual({word[0] for word in shell_words.commands(script) if word.endswith("program")}, set("abcdefghijklmn"))
        self.assertFalse({word for word in shell_words.commands(script) if word in ("not", "this", "not_this", "nor_this")})

