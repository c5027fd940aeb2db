"""The program as a process: signals, orphans, limits of the machine."""

import json
import os
import shutil
import signal
import subprocess
import tempfile
import unittest

from lab_server import LabServer
from program import ENDLESS, PROGRAM, QUICK, children_of, document, eventually, is_gone, start


class Signals(unittest.TestCase):
    def stopped_by(self, number, model):
        run = start("run", "--model", model, *ENDLESS, "--json")
        wanted = 2 if model == "processes" else 0
        begun = eventually(lambda: len(children_of(run.pid)) >= wanted and busy(run.pid) and catches(run.pid, number))
        self.assertTrue(begun, "it never began")
        children = children_of(run.pid)
        run.send_signal(number)
        out, err = run.communicate(timeout=15)
        self.assertEqual(run.returncode, 128 + number, err)
        self.assertEqual(out, "", "no half result on stdout")
        self.assertTrue(err.strip(), "it says that it was stopped")
        for child in children:
            self.assertTrue(eventually(lambda pid=child: is_gone(pid)), "an orphan is left")

    def test_sigint_stops_every_model_in_order(self):
        for model in ("sync", "threads", "processes", "async"):
            with self.subTest(model=model):
                self.stopped_by(signal.SIGINT, model)

    def test_sigterm_stops_too(self):
        self.stopped_by(signal.SIGTERM, "processes")

    def test_a_terminals_ctrl_c_reaches_the_children_and_is_no_fault(self):
        run = start("run", "--model", "processes", *ENDLESS, start_new_session=True)
        self.assertTrue(eventually(lambda: len(children_of(run.pid)) == 2))
        self.assertTrue(eventually(lambda: busy(children_of(run.pid)[0])))
        os.killpg(run.pid, signal.SIGINT)
        _, err = run.communicate(timeout=15)
        self.assertEqual(run.returncode, 130)
        self.assertNotIn("signal", err.replace("stopped by a signal", ""), "children that obey are not crashes")

    def test_sigkill_of_the_parent_leaves_no_orphan(self):
        run = start("run", "--model", "processes", *ENDLESS)
        self.assertTrue(eventually(lambda: len(children_of(run.pid)) == 2))
        children = children_of(run.pid)
        run.kill()
        run.communicate(timeout=15)
        for child in children:
            self.assertTrue(eventually(lambda pid=child: is_gone(pid)), "an orphan computes on")

    def test_a_sweep_that_is_stopped_keeps_what_was_measured(self):
        run = start("sweep", "--over", "size", "--values", "1000,1000000000", "--models", "sync", "--workload", "primes",
                    "--tasks", "100", "--repeat", "1", "--warmup", "0", "--json")
        self.assertTrue(eventually(lambda: cpu_ticks(run.pid) > 30), "the second run never began")
        run.send_signal(signal.SIGINT)
        out, _ = run.communicate(timeout=15)
        self.assertEqual(run.returncode, 130)
        sweep = json.loads(out)
        self.assertEqual(len(sweep["runs"]), 1)
        self.assertTrue(sweep["errors"], "and says that it is not whole")


def cpu_ticks(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
            fields = file.read().rpartition(")")[2].split()
        return int(fields[11]) + int(fields[12])
    except OSError:
        return 0


def catches(pid, number):
    """It has taken the signal over: starting costs CPU time, too."""
    with open(f"/proc/{pid}/status", encoding="utf-8") as file:
        caught = next(line for line in file if line.startswith("SigCgt:"))
    return int(caught.split()[1], 16) >> (number - 1) & 1


def busy(pid):
    """It, or a child of its, has computed for a while."""
    return sum(cpu_ticks(each) for each in [pid, *children_of(pid)]) > 5


class Children(unittest.TestCase):
    def test_a_worker_is_a_small_program_of_its_own(self):
        run = start("run", "--model", "processes", *ENDLESS)
        try:
            self.assertTrue(eventually(lambda: len(children_of(run.pid)) == 2))
            child = children_of(run.pid)[0]
            self.assertTrue(eventually(lambda: os.readlink(f"/proc/{child}/exe").endswith("/trilane-child")))
            with open(f"/proc/{child}/maps", encoding="utf-8") as maps:
                loaded = maps.read()
            for library in ("libcurl", "libSDL2", "libsqlite3"):
                self.assertNotIn(library, loaded, "it costs every child time to start")
        finally:
            run.kill()
            run.communicate(timeout=15)

    def test_the_program_works_alone_too(self):
        with tempfile.TemporaryDirectory() as folder:
            alone = shutil.copy(PROGRAM, folder)
            done = subprocess.run([alone, "run", "--model", "processes", *QUICK, "--json"], capture_output=True, text=True,
                                  stdin=subprocess.DEVNULL, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(json.loads(done.stdout)["checksum"], document("run", "--model", "sync", *QUICK)["checksum"])


class Leftovers(unittest.TestCase):
    def test_a_run_leaves_no_process_behind(self):
        with tempfile.TemporaryDirectory() as folder:
            # The same program under a name of our own, so that its processes can be told from all others.
            program = os.path.join(folder, "trilane-left")
            shutil.copy(PROGRAM, program)
            for arguments in (["run", "--model", "processes", *QUICK],
                              ["run", "--model", "processes", *QUICK, "--spawn-per-task"]):
                done = subprocess.run([program, *arguments], capture_output=True, text=True, timeout=60)
                self.assertEqual(done.returncode, 0, done.stderr)
                left = [pid for pid in os.listdir("/proc") if pid.isdigit() and executable_of(pid).startswith(program)]
                self.assertEqual(left, [])

    def test_closed_standard_streams_harm_nothing(self):
        script = f'exec "{PROGRAM}" run --model processes --workload primes --size 20000 --repeat 1 <&- 2>&- --json'
        done = subprocess.run(["sh", "-c", script], stdout=subprocess.PIPE, text=True, timeout=60)
        self.assertEqual(done.returncode, 0)
        self.assertEqual(json.loads(done.stdout)["valid"], True)

    def test_a_reader_that_goes_away_is_no_crash(self):
        done = subprocess.run(["bash", "-c", f'"{PROGRAM}" list workloads --json | true; echo "${{PIPESTATUS[0]}}"'],
                              capture_output=True, text=True, timeout=60)
        self.assertIn(done.stdout.strip(), ("0", "1"), "killed by SIGPIPE")


def executable_of(pid):
    try:
        return os.readlink(f"/proc/{pid}/exe")
    except OSError:
        return ""


class Machine(unittest.TestCase):
    def test_one_cpu_is_enough(self):
        cpu = sorted(os.sched_getaffinity(0))[0]
        for model in ("sync", "threads", "processes", "async"):
            done = subprocess.run([PROGRAM, "run", "--model", model, *QUICK, "--json"],
                                  capture_output=True, text=True, timeout=60,
                                  preexec_fn=lambda: os.sched_setaffinity(0, {cpu}))
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(json.loads(done.stdout)["host"]["cores"], 1, "the cores that it may use")

    def test_too_few_open_files_is_a_clear_line(self):
        script = f'ulimit -n 40; exec "{PROGRAM}" run --model processes --workers 32 --workload sleep --tasks 64'
        done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("too many files", done.stderr)
        self.assertIn("fewer workers", done.stderr)

    def test_too_few_open_files_for_requests_at_once_is_told_as_that(self):
        server = LabServer()
        try:
            script = (f'ulimit -n 40; exec "{PROGRAM}" run --model async --workload fetch --tasks 100 --wait-ms 500 '
                      f'--repeat 1 --warmup 0 --server http://127.0.0.1:{server.port}')
            done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=60)
            self.assertEqual(done.returncode, 1, done.stderr)
            self.assertIn("too many files open; use a smaller concurrency", done.stderr)
        finally:
            self.assertEqual(server.close(), 0)

    def test_a_program_whose_file_is_gone_still_starts_children(self):
        with tempfile.TemporaryDirectory() as folder:
            program = os.path.join(folder, "trilane")
            shutil.copy(PROGRAM, program)
            run = subprocess.Popen([program, "run", "--model", "processes", "--spawn-per-task", "--workload", "sleep",
                                    "--tasks", "200", "--wait-ms", "2", "--workers", "2", "--repeat", "1", "--json"],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            self.assertTrue(eventually(lambda: children_of(run.pid)))
            os.unlink(program)
            out, err = run.communicate(timeout=60)
            self.assertEqual(run.returncode, 0, err)
            self.assertEqual(json.loads(out)["tasks"], 200)

    def test_a_killed_child_is_an_error_that_names_it_and_the_work_is_done_all_the_same(self):
        run = start("run", "--model", "processes", "--workload", "sleep", "--tasks", "100", "--wait-ms", "20", "--workers",
                    "2", "--repeat", "1", "--warmup", "0", "--json")
        self.assertTrue(eventually(lambda: len(children_of(run.pid)) == 2))
        victim = children_of(run.pid)[0]
        os.kill(victim, signal.SIGKILL)
        out, err = run.communicate(timeout=60)
        self.assertEqual(run.returncode, 1, err)
        self.assertRegex(err, f"process {victim} was killed by signal 9 .SIGKILL.; its tasks were run again")
        result = json.loads(out)
        self.assertFalse(result["valid"])
        self.assertTrue(any(error["code"] == "child_replaced" and str(victim) in error["text"]["ru"] for error in result["errors"]), out)
        whole = document("run", "--model", "sync", "--workload", "sleep", "--tasks", "100", "--wait-ms", "0", "--repeat", "1")
        self.assertEqual(result["checksum"], whole["checksum"])

    def test_the_same_work_on_one_and_many_workers(self):
        checksums = {document("run", "--model", "processes", "--workload", "mandelbrot", "--size", "64", "--tasks", "16",
                              "--repeat", "1", "--workers", workers)["checksum"] for workers in ("1", "2", "7")}
        self.assertEqual(len(checksums), 1)
