"""Rules of the source tree that a compiler does not check (ARCHITECTURE: folders, include direction)."""

import functools
import os
import re
import shutil
import subprocess
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

BUILD = os.path.join(ROOT, "build")

# A layer may include those before it on its path, never one after.
SHARED_LAYERS = {
    "base": {"base"},
    "platform": {"base", "platform"},
    "trace": {"base", "platform", "trace"},
    "coro": {"base", "platform", "trace", "coro"},
    "workloads": {"base", "platform", "trace", "coro", "workloads"},
}
SHARED_LAYERS["models"] = SHARED_LAYERS["workloads"] | {"models"}
SHARED_LAYERS["experiments"] = SHARED_LAYERS["models"] | {"experiments"}
SHARED_LAYERS["engine"] = SHARED_LAYERS["experiments"] | {"engine"}
SHARED_LAYERS["ui"] = SHARED_LAYERS["engine"] | {"ui"}

TOP_LEVEL = {"CMakeLists.txt", "native", "web", "shared", "shaders", "tests", "index.html", "README.md", "LICENSE",
             "CMakePresets.json"}
MAX_LINES = 400
CODE = (".cpp", ".hpp", ".h", ".js", ".mjs", ".py", ".sh", ".glsl", ".vert", ".frag", ".css")

PLATFORM_MACROS = re.compile(r"^\s*#\s*(if|ifdef|ifndef|elif).*\b(__EMSCRIPTEN__|__linux__|__unix__|__APPLE__|_WIN32|"
                             r"__wasm\w*|__ANDROID__|_MSC_VER)\b", re.M)
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^">]+)[">]', re.M)
GRAPHICS = re.compile(r"^(imgui|SDL|GL/|GLES|backends/imgui)")


# What .gitignore leaves out, and what a downloaded archive and a machine without git do without.
IGNORED_FOLDERS = {".git", "node_modules", "__pycache__", ".cache", ".vscode", ".idea"}


@functools.cache
def all_files():
    listed = walked_files()
    if shutil.which("git") and os.path.exists(os.path.join(ROOT, ".git")):
        git = subprocess.run(["git", "-c", "core.quotePath=off", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT,
                             capture_output=True, text=True)
        if git.returncode == 0:  # it refuses a clone of somebody else's
            listed = [path for path in git.stdout.split("\0") if os.path.isfile(os.path.join(ROOT, path))]
    return sorted(listed)


def walked_files():
    found = []
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders if name not in IGNORED_FOLDERS and os.path.join(folder, name) != BUILD]
        found += [os.path.relpath(os.path.join(folder, name), ROOT) for name in names
                  if name != ".git" and not name.endswith(".swp") and name not in (".DS_Store", "CMakeUserPresets.json")]
    return found


def files(under=""):
    """Files of the source tree, versioned or not yet, without what is ignored, as paths from the root."""
    return [path for path in all_files() if not under or path.startswith(under + "/")]


def text_of(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as file:
        return file.read()


def includes(path):
    """[(is_system, name)]"""
    return [(kind == "<", name) for kind, name in INCLUDE.findall(text_of(path))]


def cpp_files(under=""):
    return [path for path in files(under) if path.endswith((".cpp", ".hpp", ".h", ".def"))]


def none(test, wrong, why=""):
    """Fails with one line for each place."""
    if wrong:
        test.fail("\n".join([why, *wrong] if why else wrong))


class IncludeDirection(unittest.TestCase):
    def test_layers_include_only_what_is_below_them(self):
        wrong = []
        for path in cpp_files("shared"):
            layer = path.split("/")[1]
            if layer == "setup":
                continue
            self.assertIn(layer, SHARED_LAYERS, f"{path}: a layer that the architecture does not know")
            for system, name in includes(path):
                target = name.split("/")[0]
                if not system and target in SHARED_LAYERS and target not in SHARED_LAYERS[layer]:
                    wrong.append(f"{path} includes {name}: {layer} is below {target}")
                if not system and target in ("native", "web"):
                    wrong.append(f"{path} includes {name}: a host")
        none(self, wrong)

    def test_shared_headers_are_named_from_the_include_root(self):
        wrong = [f"{path}: {name}" for path in cpp_files("shared") for system, name in includes(path)
                 if not system and "/" not in name]
        none(self, wrong, "\"base/result.hpp\", not \"result.hpp\"")

    def test_libuv_only_in_native_and_emscripten_only_in_web(self):
        wrong = []
        for path in cpp_files():
            for _, name in includes(path):
                if (name == "uv.h" or name.startswith("uv/")) and not path.startswith(("native/", "tests/bench/")):
                    wrong.append(f"{path}: {name}")
                if name.startswith("emscripten") and not path.startswith("web/"):
                    wrong.append(f"{path}: {name}")
        none(self, wrong)

    def test_imgui_and_gl_only_in_the_front_end(self):
        wrong = [f"{path}: {name}" for path in cpp_files() for _, name in includes(path)
                 if GRAPHICS.match(name) and not path.startswith(("shared/ui/", "native/", "web/"))]
        none(self, wrong)

    def test_no_platform_conditionals_in_the_shared_core(self):
        wrong = [path for path in cpp_files("shared") if PLATFORM_MACROS.search(text_of(path))]
        none(self, wrong, "the platform is chosen at link time, by folder")

    def test_the_platform_seam_holds_headers_only(self):
        self.assertEqual([path for path in files("shared/platform") if not path.endswith(".hpp")], [])


class Tree(unittest.TestCase):
    def test_the_top_level_is_fixed(self):
        extra = {path.split("/")[0] for path in files()} - TOP_LEVEL
        self.assertEqual({name for name in extra if not name.startswith(".")}, set())

    def test_files_are_of_readable_length(self):
        long = []
        for path in files():
            if path.endswith(CODE) and not path.endswith("package-lock.json"):
                lines = text_of(path).count("\n")
                if lines > MAX_LINES:
                    long.append(f"{path}: {lines} lines")
        none(self, long, f"more than {MAX_LINES} lines: is it still one thing?")

    def test_headers_are_guarded(self):
        wrong = [path for path in cpp_files() if path.endswith(".hpp") and "#pragma once" not in text_of(path)]
        none(self, wrong)

    def test_every_source_says_what_it_is_for(self):
        wrong = [path for path in cpp_files("shared") + cpp_files("native") + cpp_files("web")
                 if path.endswith(".hpp") and not text_of(path).startswith("//")]
        none(self, wrong, "a header opens with its contract")

    def test_nothing_is_left_open(self):
        mark = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
        wrong = [f"{path}:{number}" for path in files() if path.endswith(CODE) and not path.startswith("tests/style/")
                 for number, line in enumerate(text_of(path).splitlines(), 1) if mark.search(line)]
        none(self, wrong)

    def test_no_binary_and_no_large_file(self):
        wrong = [path for path in files() if os.path.getsize(os.path.join(ROOT, path)) > 400_000]
        none(self, wrong)

    def test_no_trailing_space_and_every_file_ends_with_a_newline(self):
        wrong = []
        for path in files():
            if not path.endswith(CODE + (".txt", ".md", ".json", ".html", ".cmake")):
                continue
            text = text_of(path)
            if text and not text.endswith("\n"):
                wrong.append(f"{path}: no newline at its end")
            if not path.endswith(".md") and re.search(r"[ \t]+$", text, re.M):
                wrong.append(f"{path}: trailing space")
        none(self, wrong)


class Walk(unittest.TestCase):
    def test_without_git_the_same_files_are_looked_at(self):
        self.assertEqual(sorted(walked_files()), list(all_files()))


class Tools(unittest.TestCase):
    def test_sources_are_formatted(self):
        # Versions differ in how they lay out newer syntax: one of them is the measure.
        tool = shutil.which("clang-format-19")
        if tool is None or not os.path.exists(os.path.join(ROOT, ".clang-format")):
            self.skipTest("no clang-format-19 here")
        sources = [path for path in cpp_files() if path.endswith((".cpp", ".hpp"))]
        run = subprocess.run([tool, "--dry-run", "-Werror", *sources], cwd=ROOT, capture_output=True, text=True)
        wrong = sorted({line.split(":")[0] for line in run.stderr.splitlines() if ": error: " in line})
        self.assertEqual(run.returncode == 0, not wrong, run.stderr)
        none(self, wrong, "clang-format -i them")

    def test_shell_scripts_are_clean(self):
        tool = shutil.which("shellcheck")
        if tool is None:
            self.skipTest("no shellcheck here")
        scripts = [path for path in files() if path.endswith(".sh") or text_of_first_line(path).endswith("bash")]
        run = subprocess.run([tool, "-x", "-P", "SCRIPTDIR", *scripts], cwd=ROOT, capture_output=True, text=True)
        self.assertEqual(run.stdout, "")

    def test_javascript_parses(self):
        node = shutil.which("node")
        if node is None:
            self.skipTest("no node here")
        for path in [path for path in files("tests") if path.endswith(".mjs")]:
            run = subprocess.run([node, "--check", path], cwd=ROOT, capture_output=True, text=True)
            self.assertEqual(run.returncode, 0, run.stderr)


def text_of_first_line(path):
    with open(os.path.join(ROOT, path), "rb") as file:
        line = file.readline(80)
    return line.decode("utf-8", "replace").strip() if line.startswith(b"#!") else ""
