"""`--with-python`: the same work in CPython, beside Trilane's runs."""

import json
import os
import signal
import sys
import tempfile
import unittest

from program import children_of, document, eventually, is_gone, start, trilane

HERE = {**os.environ, "TRILANE_PYTHON": sys.executable}
VERSION = ".".join(map(str, sys.version_info[:3]))
FLAVOURS = {"threading": "threads", "multiprocessing": "processes", "asyncio": "async"}
SUM = ["--workload", "sum", "--size", "60001", "--tasks", "7", "--repeat", "2", "--workers", "2"]


def stand_in(folder, text):
    """An interpreter of our own making."""
    path = os.path.join(folder, "python")
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(path, 0o755)
    return {**os.environ, "TRILANE_PYTHON": path}


def with_python(*arguments, environment=None):
    done = trilane(*arguments, "--with-python", "--json", env=environment or HERE)
    return done, json.loads(done.stdout) if done.stdout else None


class WithPython(unittest.TestCase):
    maxDiff = None

    def check(self, runs, whole, repeats=2):
        self.assertEqual({run["flavour"]: run["counterpart"] for run in runs}, FLAVOURS)
        for run in runs:
            name = run["flavour"]
            self.assertEqual(run["schema"], "trilane.python/1")
            self.assertEqual(run["interpreter"]["version"], VERSION, name)
            self.assertIn(VERSION, run["label"])
            self.assertEqual(run["interpreter"]["gil"], getattr(sys, "_is_gil_enabled", lambda: True)())
            self.assertTrue(run["valid"], run["errors"])
            self.assertEqual(len(run["wall_ms"]["samples"]), repeats)
            self.assertEqual(run["checksum"], whole["checksum"], f"{name}: the same answer as Trilane's")
            self.assertEqual(sorted(span["task"] for span in run["spans"]), list(range(whole["tasks"])), name)
            last = run["wall_ms"]["samples"][-1]
            for span in run["spans"]:
                self.assertLessEqual(0, span["begin_ms"])
                self.assertLessEqual(span["begin_ms"], span["end_ms"])
                self.assertLessEqual(span["end_ms"], last, f"{name}: every task lies within the makespan")
            self.assertIsNone(run["memory"]["peak_rss_bytes"], "not measured is not 0")

    def test_sum_sleep_and_fetch_give_trilanes_answers(self):
        for work in (SUM, ["--workload", "sleep", "--tasks", "6", "--wait-ms", "3", "--repeat", "2", "--workers", "3"],
                     ["--workload", "fetch", "--tasks", "6", "--wait-ms", "3", "--repeat", "2", "--workers", "3",
                      "--size", "3000"]):
            done, whole = with_python("run", "--model", "threads", *work)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(whole["schema"], "trilane.run/1", "still one document of this schema")
            self.check(whole["python"], whole)

    def test_waits_overlap_as_the_flavour_lets_them(self):
        _, whole = with_python("run", "--model", "async", "--workload", "sleep", "--tasks", "4", "--wait-ms", "60",
                               "--repeat", "1", "--warmup", "0", "--workers", "1")
        by_name = {run["flavour"]: run for run in whole["python"]}

        def at_once(run):
            spans = run["spans"]
            return max(sum(other["begin_ms"] <= one["begin_ms"] < other["end_ms"] for other in spans) for one in spans)
        self.assertEqual(at_once(by_name["threading"]), 1, "one thread waits for one thing")
        self.assertEqual(at_once(by_name["asyncio"]), 4)

    def test_no_more_tasks_in_flight_than_asked_for(self):
        _, whole = with_python("run", "--model", "threads", "--workload", "sleep", "--tasks", "6", "--wait-ms", "20",
                               "--repeat", "1", "--warmup", "0", "--workers", "6", "--concurrency", "2")
        for run in whole["python"]:
            self.assertGreaterEqual(run["wall_ms"]["median"], 3 * 20, run["flavour"])

    def test_a_sweep_has_every_flavour_at_every_value(self):
        done, whole = with_python("sweep", "--over", "workers", "--values", "1,2", "--models", "sync,threads", *SUM[:6],
                                  "--repeat", "1")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual([(run["workers"], run["flavour"]) for run in whole["python"]],
                         [(workers, name) for workers in (1, 2) for name in FLAVOURS])

    def test_people_see_the_interpreter_beside_the_run(self):
        done = trilane("run", "--model", "sync", *SUM, "--with-python", env=HERE)
        self.assertEqual(done.returncode, 0, done.stderr)
        for name in FLAVOURS:
            self.assertIn(f"CPython {VERSION} {name}", done.stdout)
        rows = trilane("run", "--model", "sync", *SUM, "--with-python", "--csv", env=HERE).stdout.splitlines()
        self.assertEqual([row.split(",")[0] for row in rows].count("python-asyncio"), 2, "a row for each repeat")

    def test_without_the_option_there_is_no_python(self):
        self.assertNotIn("python", document("run", "--model", "sync", *SUM))

    def test_where_there_is_none_the_rest_runs_and_says_so(self):
        done, whole = with_python("run", "--model", "sync", *SUM,
                                  environment={**os.environ, "TRILANE_PYTHON": "/nonexistent/python3"})
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("was not found", done.stderr)
        self.assertEqual(whole["python"], [])
        self.assertIn("was not found", whole["python_notes"][0])
        self.assertGreater(whole["wall_ms"]["median"], 0)

    def test_a_workload_that_python_has_not(self):
        done, whole = with_python("run", "--model", "sync", "--workload", "primes", "--size", "1000", "--repeat", "1")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("primes", done.stderr)
        self.assertEqual(whole["python"], [])

    def test_an_interpreter_that_fails_is_an_error_and_trilanes_run_is_kept(self):
        with tempfile.TemporaryDirectory() as folder:
            for text, word in (("#!/bin/sh\necho no such module >&2\nexit 3\n", "no such module"),
                               ("#!/bin/sh\necho hello\n", "Python"), ("#!/bin/sh\nkill -9 $$\n", "SIGKILL")):
                done, whole = with_python("run", "--model", "sync", *SUM, environment=stand_in(folder, text))
                self.assertEqual(done.returncode, 1)
                self.assertIn(word, done.stderr)
                self.assertGreater(whole["wall_ms"]["median"], 0, "what was measured is not lost")

    def test_a_wrong_answer_is_found(self):
        with tempfile.TemporaryDirectory() as folder:
            # The real script, but that adds one to every sum.
            wrong = stand_in(folder, f"#!{sys.executable}\nimport sys\nexec(sys.argv[4].replace("
                                     "'return value & MASK', 'return value + 1'))\n")
            done, whole = with_python("run", "--model", "sync", *SUM, environment=wrong)
            self.assertEqual(done.returncode, 1, done.stderr)
            self.assertFalse(whole["python"][0]["valid"])
            self.assertIn("checksum", done.stderr)

    def test_stop_ends_the_interpreter_and_its_children(self):
        run = start("run", "--model", "sync", "--workload", "sleep", "--tasks", "2", "--wait-ms", "1", "--repeat", "1",
                    "--warmup", "0", "--with-python", env=self.sleepy())
        interpreter = eventually(lambda: children_of(run.pid))
        self.assertTrue(interpreter)
        run.send_signal(signal.SIGINT)
        run.communicate(timeout=30)
        self.assertEqual(run.returncode, 130)
        self.assertTrue(eventually(lambda: all(is_gone(pid) for pid in interpreter)))

    def sleepy(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        return stand_in(folder.name, "#!/bin/sh\nexec sleep 600\n")


if __name__ == "__main__":
    unittest.main()
