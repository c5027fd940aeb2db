"""`trilane run` with real requests: against its own server, against others, and when things go wrong."""

import http.server
import os
import signal
import subprocess
import tempfile
import threading
import unittest

from program import LIMIT_S, PROGRAM, children_of, document, eventually, start, trilane

MODELS = ["sync", "threads", "processes", "async"]
FEW = ["--tasks", "8", "--workers", "2", "--repeat", "1", "--warmup", "0"]


class Site(http.server.ThreadingHTTPServer):
    """A server of another make. Keeps what it was asked for, and how many asked at a time."""

    daemon_threads = True

    def __init__(self, status=200):
        self.paths = []
        self.agents = set()
        self.connections = 0
        site = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self):
                super().setup()
                site.connections += 1

            def do_GET(self):  # noqa: N802 (the base class's name)
                site.paths.append(self.path)
                site.agents.add(self.headers["User-Agent"])
                body = f"<title>{self.path}</title><a href=x>y</a>".encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        super().__init__(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.serve_forever, daemon=True)
        self.thread.start()

    def address(self, path=""):
        return f"http://127.0.0.1:{self.server_address[1]}{path}"

    def __exit__(self, *_):
        self.shutdown()
        self.thread.join()
        self.server_close()


def url_file(*lines):
    file = tempfile.NamedTemporaryFile("w", suffix=".txt", delete=False, encoding="utf-8")
    with file:
        file.write("\n".join(lines) + "\n")
    return file.name


class WebRun(unittest.TestCase):
    def test_every_model_saves_the_same_table(self):
        runs = [document("run", "--model", model, "--workload", "parse-and-save", "--wait-ms", "5", *FEW)
                for model in MODELS]
        self.assertEqual(len({run["checksum"] for run in runs}), 1)
        for run in runs:
            self.assertEqual(run["saved"], {"rows": 8, "pages": 8, "equal": True}, run["model"])
            self.assertGreaterEqual(run["time_split_ms"]["fetch"], 8 * 5, run["model"])

    def test_no_run_leaves_its_server_or_its_table_behind(self):
        with tempfile.TemporaryDirectory() as folder:
            process = start("run", "--model", "async", "--workload", "parse-and-save", "--json", *FEW,
                            env={**os.environ, "TMPDIR": folder})
            process.communicate(timeout=60)
            self.assertEqual(process.returncode, 0)
            self.assertEqual(os.listdir(folder), [])

    def test_the_table_of_a_killed_run_is_removed_by_the_next(self):
        with tempfile.TemporaryDirectory() as folder:
            environment = {**os.environ, "TMPDIR": folder}
            process = start("run", "--model", "sync", "--workload", "parse-and-save", "--wait-ms", "60000", "--timeout-ms",
                            "600000", *FEW, env=environment)
            self.assertTrue(eventually(lambda: os.listdir(folder)), "there is a table")
            process.kill()
            process.communicate()
            self.assertEqual(len(os.listdir(folder)), 1)
            again = trilane("run", "--model", "sync", "--workload", "parse-and-save", *FEW, env=environment)
            self.assertEqual(again.returncode, 0, again.stderr)
            self.assertEqual(os.listdir(folder), [])

    def test_a_full_disk_fails_the_run_with_the_cause(self):
        with tempfile.TemporaryDirectory() as folder:
            # A disk of its own that is small: a mount that only this process and its children see.
            small = ["unshare", "--mount", *([] if os.geteuid() == 0 else ["--map-root-user"]), "sh", "-c",
                     'mount -t tmpfs -o size=256k tmpfs "$1" && shift && exec "$@"', "sh", folder]
            try:
                possible = subprocess.run([*small, "true"], capture_output=True, text=True, timeout=10)
            except OSError as error:
                self.skipTest(f"no unshare here: {error}")
            if possible.returncode != 0:
                self.skipTest(f"no small disk can be mounted here: {possible.stderr.strip()}")
            for model in MODELS:
                run = subprocess.run([*small, PROGRAM, "run", "--model", model, "--workload", "parse-and-save", "--wait-ms", "0",
                                      "--tasks", "400", "--size", "1000", "--workers", "2", "--repeat", "1", "--warmup", "0"],
                                     capture_output=True, text=True, timeout=LIMIT_S, env={**os.environ, "TMPDIR": folder})
                self.assertEqual(run.returncode, 1, f"{model}: {run.stdout}{run.stderr}")
                self.assertIn("the disk is full", run.stdout + run.stderr, model)

    def test_a_list_of_addresses_is_asked_for(self):
        with Site() as site:
            name = url_file("# a comment", "", site.address("/a"), "  " + site.address("/b"))
            for model in MODELS:
                site.paths.clear()
                run = document("run", "--model", model, "--workload", "fetch", "--urls", name, *FEW)
                self.assertEqual(run["failed_tasks"], 0)
                self.assertEqual(sorted(site.paths), ["/a"] * 4 + ["/b"] * 4, model)
            os.unlink(name)
            self.assertTrue(all(agent.startswith("trilane/") for agent in site.agents), site.agents)

    def test_without_tasks_each_address_is_asked_for_once(self):
        with Site() as site:
            name = url_file(*(site.address(f"/{i}") for i in range(5)))
            run = document("run", "--model", "async", "--workload", "fetch", "--urls", name, "--repeat", "1", "--warmup", "0")
            os.unlink(name)
            self.assertEqual(run["tasks"], 5)
            self.assertEqual(sorted(site.paths), [f"/{i}" for i in range(5)])
            self.assertLessEqual(site.connections, 6, "no more than six at a time")

    def test_connections_are_kept_alive(self):
        with Site() as site:
            name = url_file(site.address("/"))
            document("run", "--model", "sync", "--workload", "fetch", "--urls", name, *FEW)
            os.unlink(name)
            self.assertEqual((len(site.paths), site.connections), (8, 1))

    def test_http_errors_fail_the_run_with_their_cause(self):
        with Site(status=404) as site:
            name = url_file(site.address("/gone"))
            for model in MODELS:
                done = trilane("run", "--model", model, "--workload", "fetch", "--urls", name, "--json", *FEW)
                self.assertEqual(done.returncode, 1, model)
                self.assertIn("8 of 8 tasks failed", done.stderr)
                self.assertIn("404", done.stderr)
            os.unlink(name)

    def test_a_server_killed_in_mid_run_ends_it_with_the_cause(self):
        for model in MODELS:
            process = start("run", "--model", model, "--workload", "fetch", "--wait-ms", "40", "--tasks", "400",
                            "--workers", "2", "--concurrency", "4", "--repeat", "1", "--warmup", "0", "--json")
            server = eventually(lambda: next((pid for pid in children_of(process.pid) if self.is_server(pid)), None))
            self.assertTrue(server, f"{model}: there is no server")
            os.kill(server, signal.SIGKILL)
            output, errors = process.communicate(timeout=60)
            self.assertEqual(process.returncode, 1, f"{model}: {errors}")
            self.assertRegex(errors, "tasks failed|latency server", model)
            self.assertRegex(output + errors, r"latency server.*SIGKILL", model)

    @staticmethod
    def is_server(pid):
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                return b"--lab-server" in file.read()
        except OSError:
            return False

    def test_a_sweep_over_concurrency(self):
        sweep = document("sweep", "--over", "concurrency", "--values", "1,4", "--models", "async", "--workload", "fetch",
                         "--wait-ms", "20", *FEW)
        one, four = (run["wall_ms"]["median"] for run in sweep["runs"])
        self.assertGreaterEqual(one, 8 * 20, "one after another")
        self.assertGreaterEqual(four, 2 * 20)
        self.assertEqual([run["concurrency"] for run in sweep["runs"]], [1, 4])

    def test_wrong_usage_names_the_option(self):
        empty = url_file("# nothing")
        scheme = url_file("ftp://example.org/")
        for arguments, words in [
                (["--urls", "/nonexistent/list"], ["--urls", "/nonexistent/list", "No such file"]),
                (["--urls", empty], ["--urls", "no addresses"]),
                (["--urls", scheme], ["--urls", "ftp://example.org/", "http://"]),
                (["--server", "example.org"], ["--server", "example.org", "http://"]),
                (["--timeout-ms", "0"], ["--timeout-ms is 0", "1 to 600000"]),
                (["--commit-batch", "0"], ["--commit-batch is 0"]),
                (["--jitter-ms", "nan"], ["--jitter-ms"])]:
            done = trilane("run", "--model", "sync", "--workload", "fetch", *arguments)
            self.assertEqual(done.returncode, 2, arguments)
            for word in words:
                self.assertIn(word, done.stderr, arguments)
        os.unlink(empty)
        os.unlink(scheme)

    def test_a_directory_is_no_list_of_addresses(self):
        with tempfile.TemporaryDirectory() as folder:
            done = trilane("run", "--model", "sync", "--workload", "fetch", "--urls", folder)
        self.assertEqual(done.returncode, 2)
        for word in ("--urls", folder, "is a directory"):
            self.assertIn(word, done.stderr)

    def test_what_cannot_be_run_is_wrong_usage(self):
        name = url_file("http://127.0.0.1:9/")
        for command, arguments, words in [
                ("run", ["--model", "threads", "--workers", "16", "--workload", "fetch"], ["--workers is 16", "at most 6"]),
                ("run", ["--model", "sync", "--workload", "primes"], ["--urls", "primes"]),
                ("sweep", ["--over", "workers", "--values", "1,16", "--models", "threads", "--workload", "fetch"],
                 ["--workers is 16", "at most 6"])]:
            done = trilane(command, *arguments, "--urls", name)
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertEqual(done.stdout, "")
            for word in [*words, f"See trilane help {command}"]:
                self.assertIn(word, done.stderr, arguments)
        os.unlink(name)


if __name__ == "__main__":
    unittest.main()
