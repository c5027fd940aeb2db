"""`trilane lab … --report DIR`, read as a stranger would: by a Markdown renderer that is not ours."""

import csv
import json
import os
import re
import subprocess
import sys
import tempfile
import unittest
from html.parser import HTMLParser

from program import trilane

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "window"))
import png

# Quick experiments with runs, numbers and figures.
LAB = ["lab", "overlap-waits", "gil"]


class Page(HTMLParser):
    """Headings, tables, links and pictures of an HTML page."""

    def __init__(self, html):
        super().__init__()
        self.headings, self.tables, self.links, self.pictures, self.tags = [], [], [], [], set()
        self._text = None
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.tags.add(tag)
        if tag == "table":
            self.tables.append([])
        if tag == "tr":
            self.tables[-1].append([])
        if tag in ("h1", "h2", "h3", "td", "th"):
            self._text = ""
        if tag == "a":
            self.links.append(attributes["href"])
        if tag == "img":
            self.pictures.append(attributes["src"])

    def handle_endtag(self, tag):
        if tag in ("td", "th"):
            self.tables[-1][-1].append(self._text.strip())
        if tag in ("h1", "h2", "h3"):
            self.headings.append(self._text.strip())

    def handle_data(self, data):
        if self._text is not None:
            self._text += data


def render(markdown):
    # Debian's module belongs to Debian's Python; another may come first on PATH.
    for python in ("/usr/bin/python3", "python3"):
        done = subprocess.run([python, "-m", "markdown", "-x", "tables", "-x", "fenced_code"], input=markdown,
                              capture_output=True, text=True, encoding="utf-8", timeout=60)
        if done.returncode == 0:
            return Page(done.stdout)
    raise AssertionError("no Python with Markdown (Debian: python3-markdown): " + done.stderr)


def four_digits(value):
    """As the report writes a number."""
    return float(f"{value:.4g}") if value < 1e4 else float(round(value))


def read(folder, name, mode="r"):
    with open(os.path.join(folder, name), mode, **({} if "b" in mode else {"encoding": "utf-8", "newline": ""})) as file:
        return file.read()


class Report(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = os.path.join(folder.name, "hand", "in")  # made, with the folders above it
        done = trilane(*LAB, "--json", "--report", cls.folder, timeout=300)
        assert done.returncode == 0, done.stderr
        cls.document = json.loads(done.stdout)
        cls.page = render(read(cls.folder, "report.md"))

    def table_with(self, *columns):
        for table in self.page.tables:
            if all(column in table[0] for column in columns):
                return [dict(zip(table[0], row)) for row in table[1:]]
        raise AssertionError(f"no table has the columns {columns}: {[table[0] for table in self.page.tables]}")

    def test_renders_with_every_part_and_an_empty_conclusion(self):
        for part in ("The machine", "Task 1. The sum of 1 to N", "Task 2. Fetch, parse and save pages", "Predictions",
                     "Experiments", "Conclusion"):
            self.assertIn(part, self.page.headings)
        self.assertEqual(self.page.headings[-1], "Conclusion")
        self.assertTrue(read(self.folder, "report.md").endswith("## Conclusion\n"), "the student writes it")
        for table in self.page.tables:
            self.assertEqual({len(row) for row in table}, {len(table[0])}, "no cell broke its row")

    def test_document_is_the_one_on_stdout(self):
        self.assertEqual(self.document["schema"], "trilane.lab/2")
        self.assertEqual(json.loads(read(self.folder, "lab.json")), self.document)

    def test_machine_is_the_documents(self):
        facts = {row["What"]: row["Value"] for row in self.table_with("What", "Value")}
        host = self.document["host"]
        self.assertEqual(facts["Processor"], host["cpu"])
        self.assertEqual(facts["Logical cores"], str(host["cores"]))
        self.assertEqual(four_digits(host["clock_resolution_ns"]), float(facts["Clock step, ns"]))

    def test_numbers_are_the_documents(self):
        runs = [run for entry in self.document["experiments"] for run in entry["runs"]]
        cells = [dict(zip(table[0], row)) for table in self.page.tables if table[0][0] == "What" and "Model" in table[0]
                 for row in table[1:]]
        self.assertEqual(len(cells), len(runs))
        for cell, run in zip(cells, runs):
            wall = run["wall_ms"]
            self.assertEqual(float(cell["Median, ms"]), four_digits(wall["median"]))
            self.assertEqual(int(cell["Repeats"]), len(wall["samples"]))
            bounds = [float(text) for text in re.findall(r"[\d.]+", cell["95 % interval, ms"])]
            self.assertEqual(bounds, [four_digits(wall["low"]), four_digits(wall["high"])])

    def test_predicates_are_the_documents(self):
        tables = [[dict(zip(table[0], row)) for row in table[1:]] for table in self.page.tables if table[0][0] == "Holds"]
        entries = [entry for entry in self.document["experiments"] if entry["predicates"]]
        self.assertEqual(len(tables), len(entries))
        self.assertGreater(len(entries), 0)
        for shown, entry in zip(tables, entries):
            self.assertEqual(len(shown), len(entry["predicates"]))
            for row, one in zip(shown, entry["predicates"]):
                self.assertEqual(row["Holds"], {"yes": "yes", "no": "no", "unclear": "?"}[one["holds"]])
                self.assertEqual(row["What was found"].split(), one["text"]["en"].split())
                self.assertEqual(row["Quantity"].split(), one["label"]["en"].split())
                self.assertTrue(row["Thresholds"])
                if one["value"] is None:
                    self.assertEqual(row["Value"], "not available")
                elif one["value"]["low"] != one["value"]["high"]:
                    self.assertRegex(row["Value"], r"\[.+,\s.+\]")

    def test_numbers_have_labels_and_units_and_no_keys(self):
        tables = [dict(table[1:]) for table in self.page.tables if table[0][0] == "Figure"]
        self.assertGreater(len(tables), 0)
        shown = {" ".join(name.split()): value for table in tables for name, value in table.items()}
        for entry in self.document["experiments"]:
            tested = {one["id"] for one in entry["predicates"]}
            for number in entry["numbers"]:
                if number["id"] in tested:
                    continue
                value = shown[" ".join(number["label"]["en"].split())]
                self.assertEqual(value == "not available", number["value"] is None, number["id"])
        text = read(self.folder, "report.md")
        for key in ("wall_ms", "rss_bytes", "&#91;", "&#95;"):
            self.assertNotIn(key, text)

    def test_terms_plan_and_background_are_told(self):
        terms = [dict(zip(table[0], row)) for table in self.page.tables if "Tasks in flight" in table[0] for row in table[1:]]
        cases = [one for entry in self.document["experiments"] for one in entry["fairness"]]
        self.assertEqual(len(terms), len(cases))
        for row, one in zip(terms, cases):
            self.assertEqual(row["Workers"], "—" if one["workers"] is None else str(one["workers"]))
        text = " ".join(read(self.folder, "report.md").split())
        for entry in self.document["experiments"]:
            self.assertIn(f"Judged after {entry['plan']['rounds']} rounds", text)
        self.assertEqual(text.count("known, not tested here"),
                         sum(1 for entry in self.document["experiments"] if entry["background"]["en"]))

    def test_verdicts_are_the_documents(self):
        verdicts = {row["Experiment"]: row["Verdict"] for row in self.table_with("Experiment", "Claim", "Verdict")}
        for entry in self.document["experiments"]:
            words = {"undecided": "not decided"}.get(entry["verdict"], entry["verdict"])
            self.assertEqual(verdicts[entry["id"]], words)

    def test_what_was_asked_is_told(self):
        asked = {row["Experiment"]: row for row in self.table_with("Question before the run", "Predicted", "Measured")}
        self.assertEqual(asked["gil"]["Predicted"], "not answered")
        self.assertTrue(asked["gil"]["Question before the run"].endswith("?"))

    def test_every_picture_and_link_leads_to_a_file(self):
        figures = sum(len(entry["figures"]) for entry in self.document["experiments"])
        self.assertGreater(figures, 0)
        self.assertEqual(len(self.page.pictures), figures)
        for name in self.page.links + self.page.pictures:
            self.assertTrue(os.path.getsize(os.path.join(self.folder, name)) > 0, name)
        for name in self.page.pictures:
            self.assertEqual(read(self.folder, name, "rb")[:8], b"\x89PNG\r\n\x1a\n", name)

    def test_pictures_show_the_models_in_their_colours_without_a_display(self):
        for name in self.page.pictures:
            found = png.hues(os.path.join(self.folder, name))
            self.assertEqual(found["size"], (1520, 880), name)
            self.assertGreater(found["colours"], 60, f"{name}: letters and marks, not one colour")
            self.assertGreater(found["brightness"], 0.6, f"{name}: reports are printed")
        drawn = [png.hues(os.path.join(self.folder, name)) for name in self.page.pictures]
        self.assertTrue(any(found["blue"] > 0.002 for found in drawn), "threads")
        self.assertTrue(any(found["green"] > 0.002 for found in drawn), "async")

    def test_csv_has_every_repeat_with_all_digits(self):
        rows = list(csv.DictReader(read(self.folder, "runs.csv").splitlines()))
        runs = [run for entry in self.document["experiments"] for run in entry["runs"]]
        self.assertEqual([float(row["wall_ms"]) for row in rows],
                         [sample for run in runs for sample in run["wall_ms"]["samples"]])

    def test_figures_csv_is_the_figures(self):
        for entry in self.document["experiments"]:
            for figure in entry["figures"]:
                if figure["kind"] == "heatmap":
                    continue
                rows = list(csv.reader(read(self.folder, f"figures/{entry['id']}-{figure['id']}.csv").splitlines()))[1:]
                points = [point for series in figure["series"] for point in series["points"]]
                self.assertEqual([float(row[3]) for row in rows], [point[1] for point in points])


class Elsewhere(unittest.TestCase):
    def test_russian(self):
        with tempfile.TemporaryDirectory() as folder:
            done = trilane("lab", "overlap-waits", "--report", folder, "--lang", "ru", timeout=300)
            self.assertEqual(done.returncode, 0, done.stderr)
            page = render(read(folder, "report.md"))
            self.assertIn("Машина", page.headings)
            self.assertEqual(page.headings[-1], "Вывод")
            medians = [dict(zip(table[0], row))["Медиана, мс"] for table in page.tables if "Медиана, мс" in table[0]
                       for row in table[1:]]
            runs = json.loads(read(folder, "lab.json"))["experiments"][0]["runs"]
            self.assertGreater(len(runs), 0)
            for run in runs:
                self.assertIn(four_digits(run["wall_ms"]["median"]), [float(text.replace(",", ".")) for text in medians])
            self.assertFalse([text for text in medians if "." in text], "decimals as in Russian")

    def test_a_folder_that_cannot_be_written_is_said_before_anything_runs(self):
        with tempfile.NamedTemporaryFile() as file:
            for folder in ("/proc/trilane-report", file.name, file.name + "/below"):
                done = trilane("lab", "all", "--report", folder, timeout=20)
                self.assertEqual(done.returncode, 1, folder)
                self.assertIn(folder, done.stderr)
                self.assertEqual(done.stdout, "", "nothing was measured")


if __name__ == "__main__":
    unittest.main()
