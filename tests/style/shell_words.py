"""Which programs a shell script starts: the words in the place of a command, without what the shell itself knows."""

import re

KEYWORDS = set("if then elif else fi for in do done while until case esac select function time { } ! [[ ]]".split())
BUILTINS = set("""
: . [ alias bg bind break builtin caller cd command compgen continue declare dirs disown echo enable eval exec exit export
false fc fg getopts hash help history jobs kill let local logout mapfile popd printf pushd pwd read readarray readonly return
set shift shopt source test times trap true type typeset ulimit umask unalias unset wait""".split())
# These start what follows them, after options and settings of their own.
STARTERS = {"exec", "env", "sudo", "xargs", "timeout", "nice", "command", "chroot", "nohup"}
CONTINUING = {"if", "then", "elif", "else", "while", "until", "do", "!", "{", "time", "("}

# Quoted text and what is expanded become one neutral character; what runs inside of it is scanned by itself.
TOKEN = re.compile(r"""(?P<space>[ \t]+|\\\n)|(?P<end>\n|;;|;|\|\||\||&&|&(?!>)|\(\(|\(|\))|(?P<redirect>\d*(?:<<<|>>|>&|<&|&>|>|<)\s*)
                       |(?P<word>(?:[^\s;|&()<>]|<\(|>\()+)""", re.X)


def without_here_documents(text):
    lines, ending = [], None
    for line in text.split("\n"):
        if ending is not None:
            if line.strip() == ending:
                ending = None
            continue
        lines.append(line)
        found = re.search(r"(?<!<)<<-?\s*(['\"]?)(\w+)\1", line)
        if found and not line.lstrip().startswith("#"):
            ending = found.group(2)
    return "\n".join(lines)


def flatten(text):
    """The text with quoted parts and expansions replaced by `_`, and the texts of command substitutions in it."""
    out, inner, i = [], [], 0
    while i < len(text):
        c = text[i]
        if c == "\\":
            out.append("_" if text[i + 1:i + 2] != "\n" else " ")
            i += 2
        elif c == "'":
            i = text.index("'", i + 1) + 1
            out.append("_")
        elif c == '"':
            end, found = string_end(text, i + 1)
            inner += found
            # A program named in quotes is one too.
            plain = text[i + 1:end - 1]
            out.append(plain if re.fullmatch(r"[\w./+-]*", plain) else "_")
            i = end
        elif text.startswith("$((", i) or text.startswith("((", i):
            i = matching(text, text.index("(", i))
            out.append("_")
        elif text.startswith("[[ ", i):
            end = text.index(" ]]", i)
            inner += flatten(text[i + 3:end])[1]
            out.append("[ _ ")
            i = end + 3
        elif text.startswith("=(", i):  # words of an array
            end = matching(text, i + 1)
            inner += flatten(text[i + 2:end - 1])[1]
            out.append("=_")
            i = end
        elif text.startswith("$(", i):
            end = matching(text, i + 1)
            inner.append(text[i + 2:end - 1])
            out.append("_")
            i = end
        elif text.startswith("${", i):
            i = text.index("}", i) + 1
            out.append("_")
        elif text.startswith(("<(", ">("), i):
            end = matching(text, i + 1)
            inner.append(text[i + 2:end - 1])
            out.append("_")
            i = end
        elif c == "#" and (i == 0 or text[i - 1] in " \t\n;("):
            i = text.find("\n", i)
            i = len(text) if i < 0 else i
        else:
            out.append(c)
            i += 1
    return "".join(out), inner


def string_end(text, i):
    found = []
    while text[i] != '"':
        if text[i] == "\\":
            i += 2
        elif text.startswith("$(", i):
            end = matching(text, i + 1)
            if not text.startswith("$((", i):
                found.append(text[i + 2:end - 1])
            i = end
        else:
            i += 1
    return i + 1, found


def matching(text, i):
    """After the parenthesis that closes the one at i."""
    depth = 0
    while True:
        c = text[i]
        if c == "\\":
            i += 1
        elif c == "'":
            i = text.index("'", i + 1)
        elif c == '"':
            i = string_end(text, i + 1)[0] - 1
        elif c == "(":
            depth += 1
        elif c == ")":
            depth -= 1
            if depth == 0:
                return i + 1
        i += 1


def functions_of(text):
    return set(re.findall(r"^\s*(\w+)\(\) *[{(]", text, re.M))


def commands(text):
    """Words in the place of a command: programs, functions, built-ins."""
    found = set()
    pending = [without_here_documents(text)]
    while pending:
        flat, inner = flatten(pending.pop())
        pending += inner
        found |= commands_of_flat(flat)
    return {word for word in found if re.fullmatch(r"[A-Za-z][\w.+-]*", word)}


def commands_of_flat(flat):
    found, expecting, skipping_file, cases, starter = set(), True, False, [], ""
    for token in TOKEN.finditer(flat):
        if token.group("space"):
            continue
        if token.group("redirect"):
            skipping_file = True
            continue
        if token.group("end"):
            end = token.group("end")
            if cases and cases[-1] == "patterns":
                if end == ")":
                    cases[-1], expecting = "commands", True
                continue
            if end == ";;" and cases:
                cases[-1] = "patterns"
            expecting, starter, skipping_file = end != "((", "", False
            continue
        word = token.group("word")
        if skipping_file:
            skipping_file = False
            continue
        if word == "esac" and cases:
            cases.pop()
            expecting = False
        elif cases and cases[-1] == "patterns":
            continue
        elif not expecting:
            if word == "in" and cases and cases[-1] == "head":
                cases[-1] = "patterns"
        elif word == "case":
            cases.append("head")
            expecting = False
        elif word in CONTINUING:
            continue
        elif word in ("for", "select", "[[", "function"):
            expecting = False
        elif re.match(r"^\w+(\[[^]]*\])?\+?=", word) or (starter and (word.startswith("-") or re.fullmatch(r"[\d.]+|_+", word))):
            continue
        else:
            found.add(word)
            expecting = word in STARTERS
            starter = word if expecting else ""
    return found - KEYWORDS - BUILTINS
