"""The lab's own web under bad clients and under very many."""

import asyncio
import resource
import socket
import time
import unittest

from lab_server import LINE, LabServer, read_answer, request, rss_bytes, sockets_of
from program import eventually
from test_serve import parse, read_all

WAITING = 10_000
MOST_RSS_BYTES = 100_000_000


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
        own = sockets_of(self.server.pid)

        def growth(count):
            before = rss_bytes(self.server.pid)
            for _ in range(count):
                with self.server.connect() as link:
                    link.sendall(request("/lab/latency?ms=60000&bytes=10000000"))
            self.assertTrue(eventually(lambda: sockets_of(self.server.pid) == own))
            return rss_bytes(self.server.pid) - before

        # What is leaked is leaked by every batch. One batch alone may grow by what a busy machine let queue up.
        self.assertLess(min(growth(1000) for _ in range(5)), 200_000)

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
            self.assertLess(rss_bytes(self.server.pid) - before, 10_000_000, "of the flood's 100 MB")

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
