"""`trilane run`, `sweep` and `list`: what they print, and what they refuse."""

import csv
import io
import json
import os
import subprocess
import tempfile
import unittest

from program import PROGRAM, QUICK, document, trilane

MODELS = ["sync", "threads", "processes", "async"]

# Path in the document -> type; None stands for "a number or null".
NUMBER = (int, float)
RUN_SCHEMA = {
    "schema": str, "model": str, "workload": str, "tasks": int, "size": int, "workers": int, "repeat": int, "seed": int,
    "wall_ms.median": NUMBER, "wall_ms.low": None, "wall_ms.high": None, "wall_ms.samples": list,
    "throughput_per_s.median": NUMBER, "throughput_per_s.low": None, "throughput_per_s.high": None,
    "throughput_per_s.samples": list, "checksum": str,
    "latency_ms.p50": None, "latency_ms.p95": None, "latency_ms.p99": None, "latency_ms.max": None,
    "cpu_ms.user": None, "cpu_ms.system": None, "memory.peak_rss_bytes": None, "memory.per_worker_bytes": None,
    "context_switches.voluntary": None, "context_switches.involuntary": None, "startup_ms": None, "lock_wait_ms": None,
    "loop_lag_ms.p50": None, "loop_lag_ms.p99": None, "loop_lag_ms.max": None,
    "host.platform": str, "host.os": str, "host.cpu": str, "host.cores": int, "host.clock_resolution_ns": NUMBER,
    "host.version": str, "valid": bool, "notes": list, "errors": list,
}


def at(document_, path):
    for key in path.split("."):
        document_ = document_[key]
    return document_


class Run(unittest.TestCase):
    maxDiff = None

    def check_schema(self, run):
        for path, kind in RUN_SCHEMA.items():
            value = at(run, path)
            if kind is None:
                self.assertTrue(value is None or isinstance(value, NUMBER), f"{path} is {value!r}")
            else:
                self.assertIsInstance(value, kind, path)

    def test_every_model_prints_one_document_of_the_schema_and_the_same_checksum(self):
        checksums = set()
        for model in MODELS:
            run = document("run", "--model", model, *QUICK)
            self.assertEqual(run["schema"], "trilane.run/1")
            self.assertEqual(run["model"], model)
            self.check_schema(run)
            self.assertEqual(len(run["wall_ms"]["samples"]), 2)
            self.assertGreater(run["throughput_per_s"]["median"], 0)
            self.assertEqual(run["host"]["platform"], "native")
            self.assertTrue(run["valid"])
            checksums.add(run["checksum"])
        self.assertEqual(len(checksums), 1)

    def test_the_issues_last_command(self):
        sweep = document("sweep", "--over", "workers", "--values", "1,2,4", "--models", ",".join(MODELS), "--workload",
                         "primes", "--size", "50000", "--repeat", "2")
        self.assertEqual(sweep["schema"], "trilane.sweep/1")
        self.assertEqual(len(sweep["runs"]), 12)
        self.assertEqual(len({run["checksum"] for run in sweep["runs"]}), 1)
        for run in sweep["runs"]:
            self.check_schema(run)
        self.assertEqual([run["workers"] for run in sweep["runs"] if run["model"] == "threads"], [1, 2, 4])

    def test_what_was_not_measured_is_null_not_zero(self):
        sync = document("run", "--model", "sync", *QUICK)
        self.assertIsNone(sync["startup_ms"], "sync has no workers to start")
        self.assertIsNone(sync["loop_lag_ms"]["p50"], "sync has no event loop")
        one = document("run", "--model", "sync", "--workload", "primes", "--size", "20000", "--repeat", "1")
        self.assertIsNone(one["wall_ms"]["low"], "one run says nothing of its spread")
        untraced = document("run", "--model", "threads", *QUICK, "--no-trace")
        self.assertIsNone(untraced["latency_ms"]["p50"])

    def test_native_figures_are_there(self):
        run = document("run", "--model", "processes", *QUICK)
        self.assertGreater(run["memory"]["peak_rss_bytes"], 0)
        self.assertGreater(run["memory"]["per_worker_bytes"], 0)
        self.assertIsNotNone(run["cpu_ms"]["user"])
        self.assertIsNotNone(run["context_switches"]["voluntary"])
        self.assertGreater(run["startup_ms"], 0)
        self.assertEqual(len({lane["process_id"] for lane in run["lanes"]}), 2)

    def test_options_do_what_they_say(self):
        run = document("run", "--model", "threads", "--workload", "mixed", "--tasks", "7", "--size", "1000", "--wait-ms",
                       "1.5", "--workers", "3", "--gil", "--switch-interval-ms", "2", "--repeat", "1", "--seed", "9",
                       "--cpu-share", "0.25", "--warmup", "0")
        for key, value in {"tasks": 7, "size": 1000, "wait_ms": 1.5, "workers": 3, "gil": True, "switch_interval_ms": 2,
                           "repeat": 1, "seed": 9, "cpu_share": 0.25, "warmup": 0}.items():
            self.assertEqual(run[key], value, key)

    def test_a_race_loses_updates_or_not_as_asked(self):
        for mode in ("mutex", "atomic", "local"):
            run = document("run", "--model", "threads", "--workload", "counter", "--size", "100000", "--counter-mode",
                           mode, "--workers", "4", "--repeat", "1")
            self.assertEqual(run["counter"]["observed"], run["counter"]["expected"], mode)

    def test_people_get_a_table(self):
        done = trilane("run", "--model", "sync", *QUICK)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotIn("{", done.stdout)
        self.assertIn("ms", done.stdout)
        self.assertIn("primes", done.stdout)
        self.assertNotIn("\x1b", done.stdout, "no colours where there is no terminal")

    def test_a_sweeps_first_column_is_what_was_varied(self):
        for over, values in (("concurrency", "1,2,4"), ("workers", "1,2"), ("tasks", "4,8"), ("wait-ms", "0.5,2")):
            done = trilane("sweep", "--over", over, "--values", values, "--models", "async", "--workload", "sleep",
                           "--repeat", "1", "--warmup", "0", *(["--tasks", "4"] if over != "tasks" else []))
            self.assertEqual(done.returncode, 0, done.stderr)
            rows = [line.split() for line in done.stdout.splitlines()]
            self.assertEqual(rows[0][0], over.replace("-", "_"))
            self.assertEqual([row[0] for row in rows if len(row) > 1 and row[1] == "async"], values.split(","), over)

    def test_the_header_names_only_what_has_an_effect(self):
        def header(*arguments):
            done = trilane("run", "--workload", "sleep", "--wait-ms", "1", "--tasks", "4", "--workers", "4", "--repeat", "1",
                           "--warmup", "0", *arguments)
            self.assertEqual(done.returncode, 0, done.stderr)
            return done.stdout.splitlines()[0]

        per_task, limit = "a new worker for every task", "at most 2 at a time"
        for model, has_workers in (("sync", False), ("threads", True), ("processes", True), ("async", False)):
            both = header("--model", model, "--spawn-per-task", "--concurrency", "2")
            self.assertEqual(per_task in both, has_workers, both)
            self.assertEqual(limit in both, model != "sync", both)
        self.assertNotIn("at a time", header("--model", "threads", "--concurrency", "9"), "the workers are fewer")

    def test_csv_has_a_row_for_each_repeat(self):
        done = trilane("run", "--model", "threads", *QUICK, "--csv")
        self.assertEqual(done.returncode, 0, done.stderr)
        rows = list(csv.DictReader(io.StringIO(done.stdout)))
        self.assertEqual(len(rows), 2)
        self.assertEqual({row["model"] for row in rows}, {"threads"})
        self.assertTrue(all(None not in row and None not in row.values() for row in rows), "every row has every column")
        sweep = trilane("sweep", "--over", "tasks", "--values", "2,4", "--models", "sync,async", *QUICK[:2], "--size",
                        "10000", "--repeat", "1", "--csv")
        self.assertEqual(len(list(csv.DictReader(io.StringIO(sweep.stdout)))), 4)

    def test_lists(self):
        self.assertEqual([model["name"] for model in document("list", "models")["models"]], MODELS)
        workloads = [workload["name"] for workload in document("list", "workloads")["workloads"]]
        for name in ("sum", "primes", "mandelbrot", "sort", "sleep", "mixed", "counter"):
            self.assertIn(name, workloads)
        for what in ("models", "workloads", "experiments"):
            self.assertEqual(trilane("list", what).returncode, 0)
        for name in workloads:
            run = document("run", "--model", "threads", "--workload", name, "--tasks", "4", "--repeat", "1", "--warmup",
                           "0", *(["--size", "64"] if name not in ("sleep", "empty") else []), "--wait-ms", "1")
            self.assertEqual(run["workload"], name)

    def test_help_and_version(self):
        self.assertIn("sweep", trilane("help").stdout)
        self.assertIn("--switch-interval-ms", trilane("help", "run").stdout)
        self.assertIn("--over", trilane("sweep", "--help").stdout)
        self.assertRegex(trilane("--version").stdout, r"\d+\.\d+")


class Trace(unittest.TestCase):
    def test_is_a_chrome_trace_of_the_last_repeat(self):
        for model in MODELS:
            with tempfile.TemporaryDirectory() as folder:
                path = os.path.join(folder, "trace.json")
                done = trilane("run", "--model", model, *QUICK, "--trace", path)
                self.assertEqual(done.returncode, 0, done.stderr)
                with open(path, encoding="utf-8") as file:
                    trace = json.load(file)
            events = trace["traceEvents"] if isinstance(trace, dict) else trace
            spans = [event for event in events if event["ph"] == "X"]
            tasks = {event["args"]["task"] for event in spans if "task" in event.get("args", {})}
            self.assertEqual(len(tasks), 12, f"{model}: every task is in it")
            self.assertTrue(all(event["dur"] >= 0 and event["ts"] >= 0 for event in spans))
            self.assertTrue(any(event["ph"] == "M" and event["name"] == "thread_name" for event in events))

    def test_that_cannot_be_written_is_said_before_the_run(self):
        for path in ("/nonexistent/trace.json", "/"):
            done = trilane("run", "--model", "sync", *QUICK, "--trace", path)
            self.assertEqual(done.returncode, 1)
            self.assertIn(path, done.stderr)
            self.assertEqual(done.stdout, "", "nothing was measured")

    def test_on_a_full_disk_keeps_the_result_and_says_so(self):
        done = trilane("run", "--model", "sync", *QUICK, "--json", "--trace", "/dev/full")
        self.assertEqual(done.returncode, 1)
        self.assertIn("/dev/full", done.stderr)
        self.assertEqual(json.loads(done.stdout)["schema"], "trilane.run/1", "what was measured is not lost")


class Refusals(unittest.TestCase):
    def refused(self, arguments, *words):
        done = trilane(*arguments)
        self.assertEqual(done.returncode, 2, f"{arguments}: {done.stdout}{done.stderr}")
        self.assertEqual(done.stdout, "", arguments)
        for word in words:
            self.assertIn(word, done.stderr, arguments)
        self.assertLess(len(done.stderr), 2000, "an explanation, not a wall of text")

    def test_unknown_names(self):
        self.refused(["run", "--model", "fibers"], "--model", "fibers", "threads", "async")
        self.refused(["run", "--model", ""], "--model", "threads")
        self.refused(["run", "--workload", "prims"], "--workload", "prims", "primes")
        self.refused(["run", "--wokers", "3"], "--wokers", "--workers")
        self.refused(["jump"], "jump", "sweep")
        self.refused(["list", "planets"], "planets", "workloads")
        self.refused(["list"], "workloads")
        self.refused(["help", "me"], "me", "sweep")
        self.refused(["run", "--counter-mode", "magic"], "magic", "atomic")
        self.refused(["run", "extra"], "extra")

    def test_numbers_that_cannot_be(self):
        for option, low in (("--tasks", "1"), ("--workers", "1"), ("--size", "1"), ("--repeat", "1")):
            for value in ("0", "-1", "1e300", "nan", "inf", "-inf", "99999999999999999999999", "1.5", "abc", "", "0x10",
                          "1,5", " 5"):
                self.refused(["run", f"{option}={value}"], option)
        for value in ("-1", "nan", "60001"):
            self.refused(["run", f"--wait-ms={value}"], "--wait-ms", value, "60000")
        self.refused(["run", "--cpu-share=1.01"], "--cpu-share", "1.01")
        self.refused(["run", "--switch-interval-ms=0"], "--switch-interval-ms", "0.01")
        self.refused(["run", "--workload", "mandelbrot", "--size", "5000"], "--size", "5000", "4096")
        self.refused(["run", "--model", "processes", "--workers", "100"], "--workers", "100", "64")

    def test_options_without_value_or_twice(self):
        self.refused(["run", "--tasks"], "--tasks")
        self.refused(["run", "--tasks", "1", "--tasks", "2"], "--tasks")
        self.refused(["run", "--json", "--csv"], "--json", "--csv")

    def test_combinations_that_make_no_sense(self):
        self.refused(["run", "--model", "async", "--gil"], "--gil", "threads")
        self.refused(["run", "--no-trace", "--trace", "x.json"], "--trace")

    def test_sweeps_that_cannot_be(self):
        self.refused(["sweep", "--over", "weather", "--values", "1"], "--over", "weather", "workers")
        self.refused(["sweep", "--over", "workers"], "--values")
        self.refused(["sweep", "--over", "workers", "--values", "1,x"], "--values", "x")
        self.refused(["sweep", "--over", "workers", "--values", "1,,2"], "--values")
        self.refused(["sweep", "--over", "workers", "--values", "0,1"], "--values", "0")
        self.refused(["sweep", "--over", "workers", "--values", "nan"], "--values", "nan")
        self.refused(["sweep", "--over", "workers", "--values", "1", "--models", "threads,fibers"], "--models", "fibers")

    def test_hostile_arguments(self):
        self.refused(["run", "--model", "%s%s%n"], "%s%s%n")
        self.refused(["run", "--model=" + "x" * 500], "--model")
        done = trilane("run", "--model", b"\xff\xfe".decode("latin-1"))
        self.assertEqual(done.returncode, 2)

    def test_output_that_cannot_be_written(self):
        with open("/dev/full", "w", encoding="utf-8") as full:
            done = subprocess.run([PROGRAM, "run", "--model", "sync", *QUICK, "--json"], stdout=full, text=True,
                                  stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, timeout=60)
        self.assertEqual(done.returncode, 1)
        self.assertIn("No space left", done.stderr)
