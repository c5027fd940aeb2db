"""Drives the real program. No test here waits by sleeping: it polls for what must come true, with a limit."""

import json
import os
import subprocess
import time

PROGRAM = os.environ["TRILANE_PROGRAM"]
LIMIT_S = 60

# Small enough to take milliseconds.
QUICK = ["--workload", "primes", "--size", "20000", "--tasks", "12", "--repeat", "2", "--workers", "2"]
# Takes minutes unless it is stopped.
ENDLESS = ["--workload", "primes", "--size", "1000000000", "--tasks", "5000", "--repeat", "1", "--workers", "2"]


def trilane(*arguments, **options):
    """Runs it to its end; stdin is empty. Returns code, stdout, stderr."""
    options.setdefault("timeout", LIMIT_S)
    return subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, stdin=subprocess.DEVNULL, **options)


def document(*arguments, **options):
    """The JSON that it prints; the run must have succeeded."""
    done = trilane(*arguments, "--json", **options)
    assert done.returncode == 0, f"{arguments}: exit code {done.returncode}: {done.stderr}"
    return json.loads(done.stdout)


def start(*arguments, **options):
    options.setdefault("stdout", subprocess.PIPE)
    options.setdefault("stderr", subprocess.PIPE)
    return subprocess.Popen([PROGRAM, *arguments], text=True, stdin=subprocess.DEVNULL, **options)


def eventually(condition, limit_s=15):
    deadline = time.monotonic() + limit_s
    while True:
        value = condition()
        if value or time.monotonic() > deadline:
            return value
        time.sleep(0.005)


def stat(pid):
    """(state, parent pid), or None when there is no such process."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            fields = file.read().rpartition(")")[2].split()
        return fields[0], int(fields[1])
    except (OSError, IndexError):
        return None


def children_of(pid):
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit():
            about = stat(name)
            if about and about[1] == pid and about[0] != "Z":
                found.append(int(name))
    return found


def is_gone(pid):
    about = stat(pid)
    return about is None or about[0] == "Z"
