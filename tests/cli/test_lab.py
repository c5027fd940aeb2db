"""`trilane lab`: every experiment, from its plan to its verdict, once."""

import math
import pathlib
import unittest

from program import document, trilane

VERDICTS = {"confirmed", "refuted", "undecided"}


class Lab(unittest.TestCase):
    def test_every_experiment_ends_with_a_verdict_and_what_it_rests_on(self):
        known = [one["id"] for one in document("list", "experiments")["experiments"]]
        # One round is too few for an interval: what rests on times must be left open, and nothing may be refuted.
        entries = {one["id"]: one for one in document("lab", "all", "--repeat", "1", timeout=300)["experiments"]}
        self.assertEqual(list(entries), known)
        for name, entry in entries.items():
            with self.subTest(experiment=name):
                self.assertIn(entry["verdict"], VERDICTS - {"refuted"}, entry["finding"]["en"])
                self.assertTrue(entry["predicates"])
                for lang in ("en", "ru"):
                    self.assertGreater(len(entry["finding"][lang]), 20)
                    for one in entry["predicates"]:
                        self.assertTrue(one["text"][lang] and one["label"][lang], one["id"])
                if entry["verdict"] == "undecided":
                    self.assertTrue(entry["advice"]["en"])
                self.assertTrue(entry["numbers"])
                for number in entry["numbers"]:
                    self.assertTrue(number["label"]["en"] and number["label"]["ru"], number)
                    self.assertTrue(number["value"] is None or math.isfinite(number["value"]), number)
                self.assertTrue(entry["samples"])
                self.assertTrue(entry["runs"] or entry["figures"] or entry["details"], "nothing to look at")
                for run in entry["runs"]:
                    self.assertTrue(run["valid"], run["errors"])

    def test_readme_shows_which_experiment_tests_which_sentence_of_the_sheet(self):
        table = trilane("list", "sheet").stdout
        self.assertGreater(table.count("\n"), 20)
        self.assertIn(table, (pathlib.Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8"))
        known = {one["id"]: one for one in document("list", "experiments")["experiments"]}
        for sentence in document("list", "sheet")["sheet"]:
            self.assertTrue(sentence["text"]["en"] and sentence["text"]["ru"])
            for name in sentence["tested_by"]:
                self.assertIn(sentence["text"], known[name]["sheet"])


if __name__ == "__main__":
    unittest.main()
