"""The lab's own web, as `trilane serve` and `trilane --lab-server` answer it."""

import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

from lab_server import LINE, LabServer, body_of, read_answer, request
from program import PROGRAM, eventually, is_gone
from test_serve import Server


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
