"""What is added as README tells to add things is there: on the command line, in the lab, among the plots."""

import json
import os
import subprocess
import unittest

PROGRAM = os.environ["TRILANE_PROGRAM"]  # built of the copy that apply.py made


def trilane(*arguments):
    return subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, timeout=120, check=True).stdout


class Extension(unittest.TestCase):
    def test_each_is_in_its_list(self):
        for what, key, name in (("workloads", "name", "halving"), ("models", "name", "relay"),
                                ("experiments", "id", "order-is-free")):
            listed = json.loads(trilane("list", what, "--json"))
            rows = listed if isinstance(listed, list) else listed[what]
            self.assertIn(name, [row[key] for row in rows], what)
            self.assertIn(name, trilane("list", what))

    def test_the_new_workload_runs_in_every_model_and_the_new_model_runs_every_workload(self):
        for workload in ("halving", "sum"):
            checksums = set()
            for model in ("sync", "threads", "processes", "async", "relay"):
                run = json.loads(trilane("run", "--model", model, "--workload", workload, "--size", "20000", "--tasks", "6",
                                         "--repeat", "2", "--json"))
                self.assertEqual((run["model"], run["valid"]), (model, True))
                checksums.add(run["checksum"])
            self.assertEqual(len(checksums), 1, workload)

    def test_the_new_experiment_is_measured_and_judged(self):
        lab = json.loads(trilane("lab", "order-is-free", "--json"))
        entry = lab["experiments"][0]
        self.assertEqual((entry["id"], entry["verdict"]), ("order-is-free", "confirmed"))
        self.assertEqual([one["id"] for one in entry["predicates"]], ["not-much-slower"])
        self.assertEqual(set(entry["samples"]) & {"sync", "relay"}, {"sync", "relay"})

    def test_the_new_plot_is_drawn_with_the_others(self):
        tests = os.path.join(os.path.dirname(PROGRAM), "tests", "trilane_drawing_tests")
        done = subprocess.run([tests, "--gtest_filter=Plots.*"], capture_output=True, text=True, timeout=300, check=False)
        self.assertEqual(done.returncode, 0, done.stdout[-3000:])
        self.assertIn("[  PASSED  ]", done.stdout)

