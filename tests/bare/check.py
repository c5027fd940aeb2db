#!/usr/bin/env python3
"""What tests/bare/run asks from outside the root. Standard library only.

usage: check.py picture FILE WIDTH HEIGHT   a real picture of the window, not one colour
       check.py headers PORT PID            waits for the page at PORT while PID lives, and looks at its headers
       check.py free-port
"""

import os
import socket
import sys
import time
import urllib.error
import urllib.request

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "window"))
import png  # noqa: E402

LIMIT_S = 1200


def picture(path, width, height):
    found = png.hues(path)
    print(found)
    assert found["size"] == (int(width), int(height)), "not the size that was asked for"
    assert found["colours"] > 100, "hardly anything was drawn"


def headers(port, pid):
    end = time.monotonic() + LIMIT_S
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=10) as answer:
                got, text = answer.headers, answer.read().decode("utf-8")
            break
        except urllib.error.URLError:
            os.kill(int(pid), 0)  # ProcessLookupError: it has ended
            assert time.monotonic() < end, "nobody answers"
            time.sleep(0.2)
    print(got)
    assert got["Cross-Origin-Opener-Policy"] == "same-origin"
    assert got["Cross-Origin-Embedder-Policy"] == "require-corp"
    assert got["Content-Type"].startswith("text/html")
    assert "<title>Trilane" in text, text[:300]


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        print(s.getsockname()[1])


if __name__ == "__main__":
    {"picture": picture, "headers": headers, "free-port": free_port}[sys.argv[1]](*sys.argv[2:])
