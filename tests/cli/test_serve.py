"""`trilane serve`: headers, types, precompressed files, and requests that no browser would send."""

import gzip
import os
import re
import socket
import tempfile
import threading
import time
import unittest

from program import start, trilane


class Server:
    """Serves a folder on a free port."""

    def __init__(self, root):
        self.process = start("serve", "--port", "0", "--root", root)
        line = self.process.stdout.readline()
        found = re.search(r"http://localhost:(\d+)/", line)
        assert found, f"no address in {line!r}: {self.process.stderr.read()}"
        self.port = int(found[1])

    def close(self):
        self.process.terminate()
        self.process.communicate(timeout=15)
        return self.process.returncode

    def raw(self, request, limit_s=20):
        """Sends bytes, reads until the server closes or an answer is whole."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=limit_s) as link:
            try:
                link.sendall(request)
                link.shutdown(socket.SHUT_WR)
            except OSError:
                pass  # it may answer and close before it has read everything
            return read_all(link)

    def get(self, path, *headers, method="GET"):
        """(status, headers, body)"""
        lines = [f"{method} {path} HTTP/1.1", "Host: localhost", "Connection: close", *headers, "", ""]
        return parse(self.raw("\r\n".join(lines).encode("latin-1")))


def read_all(link):
    data = b""
    try:
        while part := link.recv(65536):
            data += part
    except OSError:
        pass
    return data


def parse(answer):
    head, _, body = answer.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    status = int(lines[0].split(" ")[1]) if answer else 0
    return status, {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:])}, body


class Serve(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.root = os.path.join(cls.folder.name, "site")
        os.makedirs(os.path.join(cls.root, "sub"))
        cls.write("index.html", b"<title>home</title>")
        cls.write("app.js", b"export {};")
        cls.write("engine.wasm", b"\0asm" + bytes(100_000))
        cls.write("engine.wasm.br", b"brotli bytes")
        cls.write("engine.wasm.gz", gzip.compress(b"\0asm"))
        cls.write("style.css", b"a{}")
        cls.write("sub/index.html", b"sub")
        cls.write(".secret", b"secret")
        cls.write("a b.txt", "пробел".encode())
        with open(os.path.join(cls.folder.name, "outside.txt"), "wb") as file:
            file.write(b"outside")
        os.symlink("../outside.txt", os.path.join(cls.root, "link.txt"))
        cls.server = Server(cls.root)

    @classmethod
    def tearDownClass(cls):
        cls.server.close()
        cls.folder.cleanup()

    @classmethod
    def write(cls, name, data):
        os.makedirs(os.path.dirname(os.path.join(cls.root, name)), exist_ok=True)
        with open(os.path.join(cls.root, name), "wb") as file:
            file.write(data)

    def test_every_answer_isolates_the_page(self):
        for path in ("/", "/app.js", "/engine.wasm", "/missing", "/sub"):
            _, headers, _ = self.server.get(path)
            self.assertEqual(headers["cross-origin-opener-policy"], "same-origin", path)
            self.assertEqual(headers["cross-origin-embedder-policy"], "require-corp", path)
            self.assertIn("cross-origin-resource-policy", headers, path)
            self.assertEqual(headers["x-content-type-options"], "nosniff", path)

    def test_types(self):
        for path, kind in (("/", "text/html; charset=utf-8"), ("/app.js", "text/javascript; charset=utf-8"),
                           ("/engine.wasm", "application/wasm"), ("/style.css", "text/css; charset=utf-8")):
            status, headers, _ = self.server.get(path)
            self.assertEqual((status, headers["content-type"]), (200, kind))

    def test_precompressed_files_are_sent_to_who_accepts_them(self):
        _, headers, body = self.server.get("/engine.wasm", "Accept-Encoding: gzip, deflate, br")
        self.assertEqual((headers["content-encoding"], body), ("br", b"brotli bytes"))
        self.assertEqual(headers["content-type"], "application/wasm", "the type of what is inside")
        self.assertIn("Accept-Encoding", headers["vary"])
        _, headers, body = self.server.get("/engine.wasm", "Accept-Encoding: gzip")
        self.assertEqual((headers["content-encoding"], gzip.decompress(body)), ("gzip", b"\0asm"))
        for accepted in ([], ["Accept-Encoding: identity"], ["Accept-Encoding: br;q=0"]):
            _, headers, body = self.server.get("/engine.wasm", *accepted)
            self.assertNotIn("content-encoding", headers)
            self.assertEqual(len(body), 100_004)
            self.assertEqual(int(headers["content-length"]), 100_004)

    def test_caches_are_told_and_asked(self):
        _, headers, _ = self.server.get("/app.js")
        status, again, body = self.server.get("/app.js", f"If-None-Match: {headers['etag']}")
        self.assertEqual((status, body), (304, b""))
        self.assertEqual(again["etag"], headers["etag"])
        self.assertEqual(self.server.get("/app.js", 'If-None-Match: "other"')[0], 200)
        self.assertEqual(headers["cache-control"], "no-cache")
        # A folder whose name is its content's hash never changes; a date is no hash.
        for path, kept in (("assets-0123456789abcdef/main.js", True), ("20260101/main.js", False), ("assets-2026/main.js", False)):
            self.write(path, b"export {};")
            _, headers, _ = self.server.get("/" + path)
            self.assertEqual("immutable" in headers["cache-control"], kept, path)

    def test_folders_and_names(self):
        status, headers, _ = self.server.get("/sub")
        self.assertEqual((status, headers["location"]), (301, "/sub/"))
        self.assertEqual(self.server.get("/sub/")[2], b"sub")
        self.assertEqual(self.server.get("/a%20b.txt")[2].decode(), "пробел")
        self.assertEqual(self.server.get("/?lab=gil&lang=ru")[0], 200)
        self.assertEqual(self.server.get("/missing.js")[0], 404)

    def test_head_has_no_body(self):
        status, headers, body = self.server.get("/engine.wasm", method="HEAD")
        self.assertEqual((status, body, int(headers["content-length"])), (200, b"", 100_004))

    def test_nothing_outside_the_folder_is_sent(self):
        for path in ("/../outside.txt", "/sub/../../outside.txt", "/%2e%2e/outside.txt", "/..%2foutside.txt",
                     "/%2e%2e%2foutside.txt", "//etc/passwd", "/..\\outside.txt", "/%5c..%5coutside.txt", "/link.txt",
                     "/.secret", "/sub/../.secret", "/%2esecret", "/app.js%00.html", "/app.js/..", "/./../outside.txt",
                     "/....//outside.txt"):
            status, _, body = self.server.get(path)
            self.assertIn(status, (400, 404), path)
            self.assertNotIn(b"outside", body.replace(path.encode(), b""), path)
            self.assertNotIn(b"secret", body, path)
            self.assertNotIn(b"root:", body, path)

    def test_malformed_requests_are_refused_and_the_server_lives(self):
        cases = {
            b"": (0,),
            b"\r\n\r\n": (0, 400),
            b"GET\r\n\r\n": (400,),
            b"hello world, this is not HTTP\r\n\r\n": (400,),
            b"GET / HTTP/1.1\r\n\r\n": (400,),
            b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n": (400,),
            b"GET / HTTP/9.9\r\nHost: a\r\n\r\n": (400, 505),
            b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc": (405, 413),
            b"DELETE / HTTP/1.1\r\nHost: a\r\n\r\n": (405,),
            b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\n": (400,),
            b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n": (400, 413),
            b"GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n": (400,),
            b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X: y\r\n" * 200 + b"\r\n": (431,),
            b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"y" * 200_000 + b"\r\n\r\n": (400, 431),
            b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n": (400, 414, 431),
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200): (400,),
            os.urandom(5000): (0, 400),
            b"GET / HTTP/1.1\r\nHo": (0, 400, 408),
        }
        for request, allowed in cases.items():
            status = parse(self.server.raw(request))[0]
            self.assertIn(status, allowed, request[:60])
            self.assertEqual(self.server.get("/")[0], 200, "still serves")

    def test_many_requests_on_one_connection(self):
        request = b"GET /app.js HTTP/1.1\r\nHost: a\r\n\r\n"
        answer = self.server.raw(request * 50)
        self.assertEqual(answer.count(b"HTTP/1.1 200 OK"), 50)
        self.assertEqual(answer.count(b"export {};"), 50)

    def test_many_clients_at_once_and_idle_ones(self):
        idle = [socket.create_connection(("127.0.0.1", self.server.port)) for _ in range(100)]
        half = [socket.create_connection(("127.0.0.1", self.server.port)) for _ in range(20)]
        for link in half:
            link.sendall(b"GET / HTTP/1.1\r\nHost:")
        try:
            results = []
            threads = [threading.Thread(target=lambda: results.append(self.server.get("/engine.wasm")[0]))
                       for _ in range(50)]
            begin = time.monotonic()
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            self.assertEqual(results, [200] * 50)
            self.assertLess(time.monotonic() - begin, 15, "slow clients must not hold up the others")
        finally:
            for link in idle + half:
                link.close()

    def test_a_client_that_goes_away_in_the_middle_harms_nothing(self):
        for _ in range(50):
            link = socket.create_connection(("127.0.0.1", self.server.port))
            link.sendall(b"GET /engine.wasm HTTP/1.1\r\nHost: a\r\n\r\n")
            link.close()
        self.assertEqual(self.server.get("/")[0], 200)


class Starting(unittest.TestCase):
    def test_a_port_in_use_is_a_clear_line(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = str(taken.getsockname()[1])
            with tempfile.TemporaryDirectory() as folder:
                done = trilane("serve", "--port", port, "--root", folder)
        self.assertEqual(done.returncode, 1)
        self.assertIn(f"port {port} is in use", done.stderr)
        self.assertIn("--port", done.stderr)

    def test_a_folder_that_is_not_there(self):
        done = trilane("serve", "--root", "/nonexistent/site")
        self.assertEqual(done.returncode, 1)
        self.assertIn("/nonexistent/site", done.stderr)

    def test_options_that_cannot_be(self):
        for arguments, words in ((["--port", "70000"], ["--port", "70000", "65535"]), (["--port", "x"], ["--port"]),
                                 (["--port=-1"], ["--port", "-1"]), (["--host", "nowhere"], ["--host", "nowhere"])):
            done = trilane("serve", *arguments, "--root", "/tmp")
            self.assertEqual(done.returncode, 2, done.stderr)
            for word in words:
                self.assertIn(word, done.stderr)

    def test_stops_in_order_when_asked(self):
        with tempfile.TemporaryDirectory() as folder:
            server = Server(folder)
            link = socket.create_connection(("127.0.0.1", server.port))  # an open connection must not keep it
            self.assertIn(server.close(), (0, 143))
            link.close()
