"""`trilane --lab-server` and clients of it that are not ours."""

import http.client
import os
import socket
import subprocess

from program import PROGRAM

LINE = b"The latency is real, these bytes are only here to be carried.\n"


def body_of(size):
    return (LINE * (size // len(LINE) + 1))[:size]


def rss_bytes(pid):
    with open(f"/proc/{pid}/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def sockets_of(pid):
    count = 0
    for fd in os.listdir(f"/proc/{pid}/fd"):
        try:
            count += os.readlink(f"/proc/{pid}/fd/{fd}").startswith("socket:")
        except OSError:
            pass
    return count


class LabServer:
    """`trilane --lab-server`."""

    def __init__(self):
        self.process = subprocess.Popen([PROGRAM, "--lab-server"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE)
        self.line = self.process.stdout.readline()
        self.port = int(self.line)
        self.pid = self.process.pid

    def close(self):
        self.process.stdin.close()
        code = self.process.wait(timeout=15)
        self.process.stdout.close()
        self.process.stderr.close()
        return code

    def connect(self, limit_s=30):
        link = socket.create_connection(("127.0.0.1", self.port), timeout=limit_s)
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return link

    def get(self, path, method="GET", headers=None):
        """(status, headers, body) by Python's own client."""
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=90)
        try:
            link.request(method, path, headers=headers or {})
            answer = link.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        finally:
            link.close()


def request(path, *headers):
    return "\r\n".join([f"GET {path} HTTP/1.1", "Host: lab", *headers, "", ""]).encode("latin-1")


def read_answer(stream):
    """(status, body) of one answer of several on a connection; None at its end."""
    head = stream.readline()
    if not head:
        return None
    size = 0
    while (line := stream.readline()) not in (b"\r\n", b""):
        name, _, value = line.decode("latin-1").partition(":")
        if name.lower() == "content-length":
            size = int(value)
    return int(head.split()[1]), stream.read(size)
