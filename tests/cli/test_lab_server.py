"""The lab's own web: `trilane serve` and `trilane --lab-server`, asked by clients that are not ours."""

import asyncio
import http.client
import os
import re
import resource
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import unittest

from program import PROGRAM, eventually, is_gone
from test_serve import Server, parse, read_all

WAITING = 10_000
MOST_RSS_BYTES = 100_000_000
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


class Answers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = LabServer()

    @classmethod
    def tearDownClass(cls):
        cls.server.close()

    def test_latency_answers_the_bytes_after_the_wait(self):
        begin = time.monotonic()
        status, headers, body = self.server.get("/lab/latency?ms=120&bytes=1000")
        self.assertGreaterEqual(time.monotonic() - begin, 0.120)
        self.assertEqual((status, body), (200, body_of(1000)))
        self.assertEqual(headers["content-type"], "text/plain; charset=utf-8")
        self.assertEqual(headers["content-length"], "1000")
        self.assertEqual(headers["cache-control"], "no-store")
        self.assertEqual(headers["cross-origin-resource-policy"], "cross-origin")

    def test_no_wait_is_ever_short(self):
        for ms in (0.25, 1, 2.5, 7, 20):
            for _ in range(20):
                begin = time.monotonic()
                self.assertEqual(self.server.get(f"/lab/latency?ms={ms}&bytes=1")[0], 200)
                self.assertGreaterEqual((time.monotonic() - begin) * 1000, ms)

    def test_curl_agrees(self):
        if not shutil.which("curl"):
            self.skipTest("there is no curl")
        address = f"http://127.0.0.1:{self.server.port}"
        done = subprocess.run(["curl", "-sS", "-w", "%{http_code} %{num_connects} %{time_total}\n", "-o", "/dev/null",
                               f"{address}/lab/latency?ms=60&status=404", "-o", "/dev/null",
                               f"{address}/lab/pages/3?ms=60"], capture_output=True, text=True, timeout=60, check=True)
        first, second = (line.split() for line in done.stdout.splitlines())
        self.assertEqual((first[:2], second[:2]), (["404", "1"], ["200", "0"]), "one connection for both")
        for _, _, total_s in (first, second):
            self.assertGreaterEqual(float(total_s), 0.060)
        page = subprocess.run(["curl", "-sS", f"{address}/lab/pages/3"], capture_output=True, timeout=60, check=True)
        self.assertEqual(page.stdout, self.server.get("/lab/pages/3")[2])

    def test_pages_are_html_of_about_the_size_and_always_the_same(self):
        for size in (1000, 20_000, 300_000):
            status, headers, body = self.server.get(f"/lab/pages/7?bytes={size}&seed=5")
            self.assertEqual((status, headers["content-type"]), (200, "text/html; charset=utf-8"))
            self.assertLessEqual(abs(len(body) - size), size * 0.05)
            self.assertIn("<title>Page 7: ", body.decode("utf-8"))
            self.assertEqual(body, self.server.get(f"/lab/pages/7?seed=5&bytes={size}&ms=1")[2])
        self.assertNotEqual(self.server.get("/lab/pages/7?seed=5")[2], self.server.get("/lab/pages/7?seed=6")[2])

    def test_statuses_and_answers_without_a_body(self):
        for status in (200, 201, 204, 205, 301, 304, 404, 418, 500, 503, 599):
            got, headers, body = self.server.get(f"/lab/latency?status={status}&bytes=10&ms=1")
            self.assertEqual(got, status)
            self.assertEqual(body, b"" if status in (204, 205, 304) else body_of(10))
            self.assertEqual("content-length" in headers, status not in (204, 304))

    def test_head_waits_and_has_no_body(self):
        begin = time.monotonic()
        status, headers, body = self.server.get("/lab/latency?ms=50&bytes=1234", "HEAD")
        self.assertGreaterEqual(time.monotonic() - begin, 0.050)
        self.assertEqual((status, headers["content-length"], body), (200, "1234", b""))

    def test_the_largest_body(self):
        self.assertEqual(self.server.get("/lab/latency?bytes=10000000")[2], body_of(10_000_000))

    def test_other_methods_are_refused(self):
        for method in ("POST", "PUT", "DELETE", "OPTIONS", "TRACE"):
            status, headers, _ = self.server.get("/lab/latency", method)
            self.assertEqual((status, headers["allow"]), (405, "GET, HEAD"), method)

    def test_what_is_wrong_is_named(self):
        for path, status, word in (("/lab/latency?ms=nan", 400, "ms"), ("/lab/latency?ms=60001", 400, "60000"),
                                   ("/lab/latency?ms=1&ms=2", 400, "twice"), ("/lab/latency?bytes=-1", 400, "bytes"),
                                   ("/lab/latency?x=1", 400, "x"), ("/lab/latency?ms=%zz", 400, "ms"),
                                   ("/lab/latency?status=100", 400, "status"), ("/lab/pages/x", 404, "N"),
                                   ("/lab/", 404, "/lab/latency"), ("/lab/nothing", 404, "/lab/latency"),
                                   ("/", 404, "nothing"), ("/etc/passwd", 404, "nothing"),
                                   ("/lab/../etc/passwd", 400, ".."), ("/lab/%2e%2e/%2e%2e/etc/passwd", 400, "..")):
            got, _, body = self.server.get(path)
            self.assertEqual(got, status, path)
            self.assertIn(word, body.decode(), path)

    def test_pipelined_requests_are_answered_in_order(self):
        waits = [30, 0, 10, 0, 0, 20, 1]
        with self.server.connect() as link:
            link.sendall(b"".join(request(f"/lab/latency?ms={ms}&bytes={100 + i}") for i, ms in enumerate(waits)))
            stream = link.makefile("rb")
            for i in range(len(waits)):
                self.assertEqual(read_answer(stream), (200, body_of(100 + i)))

    def test_many_pipelined_requests_on_one_connection(self):
        count = 3000  # far more than is read at a time, and than may be answered inside one another
        with self.server.connect() as link:
            stream = link.makefile("rb")
            sent = 0
            for i in range(count):
                if sent == i:
                    batch = min(500, count - sent)
                    link.sendall(b"".join(request(f"/lab/latency?bytes={n % 50}") for n in range(sent, sent + batch)))
                    sent += batch
                self.assertEqual(read_answer(stream), (200, body_of(i % 50)))

    def test_keep_alive_and_its_end(self):
        with self.server.connect() as link:
            stream = link.makefile("rb")
            for _ in range(100):
                link.sendall(request("/lab/latency?bytes=3"))
                self.assertEqual(read_answer(stream), (200, LINE[:3]))
            link.sendall(request("/lab/latency?bytes=3&ms=5", "Connection: close"))
            self.assertEqual(read_answer(stream), (200, LINE[:3]))
            self.assertIsNone(read_answer(stream))

    def test_bytes_that_drip_are_one_request(self):
        with self.server.connect() as link:
            for byte in request("/lab/latency?bytes=5"):
                link.sendall(bytes([byte]))
            self.assertEqual(read_answer(link.makefile("rb")), (200, LINE[:5]))


class BadClients(unittest.TestCase):
    def setUp(self):
        self.server = LabServer()

    def tearDown(self):
        self.assertEqual(self.server.get("/lab/latency?bytes=4")[2], LINE[:4], "still serves")
        self.assertEqual(self.server.close(), 0)

    def test_a_client_that_goes_frees_its_request_at_once(self):
        own = sockets_of(self.server.pid)
        links = [self.server.connect() for _ in range(50)]
        for link in links:
            link.sendall(request("/lab/latency?ms=60000"))
        self.assertTrue(eventually(lambda: sockets_of(self.server.pid) == own + 50))
        for i, link in enumerate(links):
            if i % 2:  # a reset, not an end
                link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            link.close()
        self.assertTrue(eventually(lambda: sockets_of(self.server.pid) == own), "long before the wait is over")

    def test_clients_that_come_and_go_leave_no_memory(self):
        def come_and_go(count):
            for _ in range(count):
                with self.server.connect() as link:
                    link.sendall(request("/lab/latency?ms=60000&bytes=10000000"))

        own = sockets_of(self.server.pid)
        come_and_go(500)
        self.assertTrue(eventually(lambda: sockets_of(self.server.pid) == own))
        before = rss_bytes(self.server.pid)
        come_and_go(3000)
        self.assertTrue(eventually(lambda: sockets_of(self.server.pid) == own))
        self.assertLess(rss_bytes(self.server.pid) - before, 2_000_000)

    def test_bytes_behind_a_waiting_request_are_bounded(self):
        before = rss_bytes(self.server.pid)
        with self.server.connect(limit_s=1) as link:
            link.sendall(request("/lab/latency?ms=60000"))
            flood = request("/lab/latency?bytes=1") * 1000
            sent = 0
            try:
                while sent < 100_000_000:
                    sent += link.send(flood)
            except TimeoutError:
                pass
            self.assertLess(sent, 100_000_000, "the server stops reading, and the system's buffers are full")
            self.assertLess(rss_bytes(self.server.pid) - before, 2_000_000)

    def test_clients_that_do_not_read_are_bounded(self):
        links = []
        for _ in range(60):
            link = socket.socket()
            link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            link.connect(("127.0.0.1", self.server.port))
            link.sendall(request("/lab/latency?bytes=10000000"))
            links.append(link)
        last = self.server.connect()
        last.sendall(request("/lab/latency?bytes=100"))
        self.assertIn(read_answer(last.makefile("rb"))[0], (200, 503))
        self.assertLess(rss_bytes(self.server.pid), 400_000_000)
        for link in [*links, last]:
            link.close()
        self.assertTrue(eventually(lambda: rss_bytes(self.server.pid) < 100_000_000), "and it is given back")

    def test_malformed_and_oversized_requests(self):
        cases = {
            b"GET\r\n\r\n": (400,),
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200): (400,),
            b"GET /lab/latency HTTP/1.1\r\n\r\n": (400,),
            b"GET /lab/latency HTTP/1.1\r\nHost: a\r\n" + b"X: y\r\n" * 200 + b"\r\n": (431,),
            b"GET /lab/latency HTTP/1.1\r\nHost: a\r\nX: " + b"y" * 100_000 + b"\r\n\r\n": (431,),
            b"GET /lab/latency?ms=" + b"1" * 9_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n": (414,),
            b"GET /lab/latency HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello": (413,),
            b"GET /lab/latency HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n": (413,),
            b"POST /lab/latency HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello": (405,),
        }
        for bad, allowed in cases.items():
            with self.server.connect() as link:
                link.sendall(bad)
                self.assertIn(parse(read_all(link))[0], allowed, bad[:50])

    def test_slow_requests_end_and_hold_up_nobody(self):
        idle = [self.server.connect() for _ in range(1000)]
        slow = [self.server.connect(limit_s=40) for _ in range(50)]
        for link in slow:
            link.sendall(b"GET /lab/latency HTTP/1.1\r\nHost: a\r\nX-")
        self.assertEqual(self.server.get("/lab/latency?ms=1")[0], 200)
        # A byte now and then does not make them live longer: the limit is for the whole request.
        answered = set()

        def drip():
            for link in slow:
                if link not in answered:
                    try:
                        link.sendall(b"a")
                        link.setblocking(False)
                        if link.recv(4096).startswith(b"HTTP/1.1 408 "):
                            answered.add(link)
                    except BlockingIOError:
                        pass
                    except OSError:
                        answered.add(link)
                    finally:
                        link.setblocking(True)
            return len(answered) == len(slow)

        self.assertTrue(eventually(drip, limit_s=30))
        for link in idle:
            self.assertEqual(link.recv(10), b"", "an idle connection is closed, too")
            link.close()
        for link in slow:
            link.close()


class TenThousand(unittest.TestCase):
    def test_ten_thousand_wait_at_once_in_100_megabytes(self):
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        # The server keeps a part of its files back for files that it sends; the client needs one for each connection.
        if hard != resource.RLIM_INFINITY and hard < 14_000:
            self.skipTest(f"the limit of open files is {hard}, and 10,000 connections need 14,000")
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        server = LabServer()
        try:
            seen, answers, shortest_s = asyncio.run(self.clients(server))
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
            self.assertEqual(server.close(), 0)
        self.assertEqual(answers, [(200, LINE[:10])] * WAITING)
        self.assertGreaterEqual(shortest_s, 15.0)
        self.assertIsNotNone(seen, "all of them waited at one time")
        self.assertLess(seen, MOST_RSS_BYTES)

    @staticmethod
    async def clients(server):
        """(RSS while all wait, the answers, the shortest time of one)"""
        answered = 0
        gate = asyncio.Semaphore(500)  # connecting at a time
        shortest_s = 1e9

        async def one():
            nonlocal answered, shortest_s
            async with gate:
                reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
            begin = time.monotonic()
            writer.write(request("/lab/latency?ms=15000&bytes=10", "Connection: close"))
            data = await reader.read()
            shortest_s = min(shortest_s, time.monotonic() - begin)
            answered += 1
            writer.close()
            status, _, body = parse(data)
            return status, body

        async def watch():
            while answered == 0:
                if sockets_of(server.pid) > WAITING:
                    # Their requests have been sent by now; the memory is looked at until the first is answered.
                    most = 0
                    while answered == 0:
                        most = max(most, rss_bytes(server.pid))
                        await asyncio.sleep(0.05)
                    return max(most, rss_bytes(server.pid))
                await asyncio.sleep(0.05)
            return None

        seen = asyncio.create_task(watch())
        answers = await asyncio.gather(*(one() for _ in range(WAITING)))
        return await seen, list(answers), shortest_s


class Role(unittest.TestCase):
    def test_says_its_port_and_ends_with_its_input(self):
        server = LabServer()
        self.assertTrue(re.fullmatch(rb"[1-9]\d{0,4}\n", server.line), server.line)
        with server.connect() as waiting:
            waiting.sendall(request("/lab/latency?ms=60000"))
            self.assertEqual(server.close(), 0, "a waiting client does not keep it")

    def test_is_heard_on_this_machine_only(self):
        server = LabServer()
        with open("/proc/net/tcp", encoding="ascii") as file:
            addresses = [line.split()[1] for line in file if f":{server.port:04X} 00000000:0000 0A" in line]
        self.assertEqual(addresses, [f"0100007F:{server.port:04X}"])
        server.close()

    def test_a_terminal_that_interrupts_does_not_end_it(self):
        server = LabServer()
        server.process.send_signal(signal.SIGINT)
        self.assertEqual(server.get("/lab/latency")[0], 200)
        self.assertEqual(server.close(), 0)

    def test_ends_with_a_parent_that_is_killed(self):
        script = ("import subprocess, sys, time\n"
                  f"p = subprocess.Popen([{PROGRAM!r}, '--lab-server'], stdin=subprocess.PIPE)\n"
                  "print(p.pid, file=sys.stderr, flush=True)\n"
                  "p.wait()\n")
        parent = subprocess.Popen(["python3", "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        pid = int(parent.stderr.readline())
        int(parent.stdout.readline())  # it listens
        parent.kill()
        parent.wait()
        self.assertTrue(eventually(lambda: is_gone(pid)))
        parent.stdout.close()
        parent.stderr.close()


class BesideThePage(unittest.TestCase):
    def test_serve_answers_the_lab_next_to_files(self):
        with tempfile.TemporaryDirectory() as root:
            os.makedirs(os.path.join(root, "lab"))
            for name in ("index.html", "lab/latency"):
                with open(os.path.join(root, name), "wb") as file:
                    file.write(b"a file")
            server = Server(root)
            try:
                self.assertEqual(server.get("/")[2], b"a file")
                _, headers, body = server.get("/lab/latency?bytes=9")
                self.assertEqual((body, headers["cache-control"]), (LINE[:9], "no-store"))
                self.assertEqual(server.get("/lab/pages/1?x=1")[0], 400)
            finally:
                server.close()
