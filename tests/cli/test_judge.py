"""`trilane judge FILE`: what `trilane lab` found, anew from a document's samples; and what is wrong with a document."""

import json
import os
import pty
import struct
import subprocess
import tempfile
import unittest
from fcntl import ioctl
from termios import TIOCSWINSZ

from program import PROGRAM, document, trilane

QUICK = ["lab", "overlap-waits", "--wait-ms", "5", "--tasks", "4", "--repeat", "6"]


class Judge(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = folder.name
        cls.lab = document(*QUICK)
        cls.file = cls.written("lab.json", json.dumps(cls.lab))

    @classmethod
    def written(cls, name, text):
        path = os.path.join(cls.folder, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def edited(self, change):
        copy = json.loads(json.dumps(self.lab))
        change(copy)
        return self.written("edited.json", json.dumps(copy))

    def refused(self, path, *words, code=1):
        done = trilane("judge", path)
        self.assertEqual(done.returncode, code, done.stderr)
        self.assertEqual(done.stdout, "")
        for word in words:
            self.assertIn(word, done.stderr)

    def test_gives_what_lab_gave(self):
        judged = document("judge", self.file)
        self.assertEqual(judged["schema"], "trilane.lab/2")
        self.assertEqual(judged["host"], self.lab["host"])
        self.assertNotIn("errors", judged)
        [said], [again] = self.lab["experiments"], judged["experiments"]
        for part in ("id", "verdict", "predicates", "numbers", "finding", "truth", "samples", "settings", "plan", "fairness",
                     "runs"):
            self.assertEqual(again[part], said[part], part)

    def test_the_same_text_in_both_languages_and_from_standard_input(self):
        for lang in ("en", "ru"):
            done = trilane("judge", self.file, "--lang", lang)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            entry = self.lab["experiments"][0]
            joined = " ".join(done.stdout.split())
            for one in entry["predicates"]:
                self.assertIn(" ".join(one["text"][lang].split()), joined)
            self.assertIn(" ".join(entry["background"][lang].split()), joined)
        with open(self.file, encoding="utf-8") as file:
            piped = subprocess.run([PROGRAM, "judge", "-"], stdin=file, capture_output=True, text=True, timeout=60)
        self.assertEqual((piped.returncode, piped.stdout), (0, trilane("judge", self.file).stdout), piped.stderr)

    def test_background_stands_behind_what_was_tested(self):
        text = trilane("judge", self.file).stdout
        entry = self.lab["experiments"][0]
        where = text.index("not tested here")
        self.assertEqual(text.index("\n\n  Why it is so"), text.rindex("\n\n", 0, where), "a paragraph of its own")
        marks = [line.split()[0] for line in text.splitlines() if line[:2] == "  " and line[2:6].strip() in ("yes", "no", "?")]
        self.assertEqual(marks, [{"yes": "yes", "no": "no", "unclear": "?"}[one["holds"]] for one in entry["predicates"]])

    def test_fits_the_terminal(self):
        for columns in (40, 72):
            main, side = pty.openpty()
            ioctl(side, TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
            done = subprocess.run([PROGRAM, "judge", self.file, "--lang", "ru"], stdin=subprocess.DEVNULL, stdout=side,
                                  stderr=subprocess.PIPE, timeout=60)
            os.close(side)
            text = b""
            try:
                while chunk := os.read(main, 65536):
                    text += chunk
            except OSError:
                pass  # the other end is closed: all was read
            os.close(main)
            self.assertEqual(done.returncode, 0, done.stderr)
            lines = text.decode().replace("\r", "").split("\n")
            self.assertGreater(len(lines), 8)
            for line in lines:
                self.assertLessEqual(len(line), columns, line)

    def test_an_edited_verdict_is_found(self):
        def turn(copy):
            copy["experiments"][0]["verdict"] = "refuted"

        path = self.edited(turn)
        done = trilane("judge", path)
        self.assertEqual(done.returncode, 1)
        self.assertIn("overlap-waits: the document says refuted, its samples say", done.stderr)
        self.assertIn("edited, or judged by another version", done.stderr)
        self.assertIn("overlap-waits: " + {"undecided": "not decided"}.get(self.lab["experiments"][0]["verdict"],
                                                                           self.lab["experiments"][0]["verdict"]), done.stdout)
        asked = trilane("judge", path, "--json")
        self.assertEqual(asked.returncode, 1)
        judged = json.loads(asked.stdout)
        self.assertEqual(judged["experiments"][0]["verdict"], self.lab["experiments"][0]["verdict"])
        self.assertEqual(len(judged["errors"]), 1)

    def test_edited_samples_and_values_are_found(self):
        def slower(copy):
            walls = copy["experiments"][0]["samples"]["async"]["wall_ms"]
            walls[:] = [wall * 10 for wall in walls]

        def larger(copy):
            copy["experiments"][0]["predicates"][0]["value"]["high"] += 1

        self.assertEqual(trilane("judge", self.edited(slower)).returncode, 1)
        done = trilane("judge", self.edited(larger))
        self.assertEqual(done.returncode, 1)
        self.assertIn(self.lab["experiments"][0]["predicates"][0]["id"], done.stderr)

    def test_what_can_be_judged_of_a_document_is(self):
        def more(copy):
            copy["experiments"].insert(0, {"id": "of-the-future", "samples": {}})
            copy["experiments"].append({"id": "overlap-waits", "verdict": "confirmed", "samples": {"sync": 5}})
            copy["experiments"].append(7)

        done = trilane("judge", self.edited(more))
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stderr.count("not judged"), 3, done.stderr)
        self.assertIn("of-the-future", done.stderr)
        self.assertIn("overlap-waits:", done.stdout)

    def test_what_is_no_lab_document_is_said(self):
        self.refused(os.path.join(self.folder, "missing.json"), "missing.json", "No such file")
        self.refused(self.folder, "directory")
        self.refused(self.written("empty.json", " \n"), "empty.json is empty")
        self.refused(self.written("cut.json", json.dumps(self.lab)[:-20]), "not valid JSON", "cut off")
        self.refused(self.written("words.json", "confirmed"), "not valid JSON")
        self.refused(self.written("list.json", "[]"), "trilane.lab/2")
        self.refused(self.written("run.json", '{"schema":"trilane.run/1"}'), "trilane.run/1", "trilane.lab/2")
        self.refused(self.written("bare.json", '{"schema":"trilane.lab/2","experiments":3}'), "experiments")
        old = {"schema": "trilane.lab/1", "experiments": [{"id": "gil", "verdict": "confirmed", "numbers": {}}]}
        self.refused(self.written("old.json", json.dumps(old)), "trilane.lab/1", "no samples", "--open")
        self.assertEqual(trilane("judge", "-").returncode, 1, "nothing on standard input")

    def test_wrong_usage(self):
        for arguments in (["judge"], ["judge", self.file, "--lang", "de"], ["judge", self.file, self.file],
                          ["judge", self.file, "--csv"]):
            done = trilane(*arguments)
            self.assertEqual(done.returncode, 2, arguments)
            self.assertIn("See trilane help judge.", done.stderr)
        self.assertIn("samples", trilane("help", "judge").stdout)
        self.assertIn("trilane judge FILE", trilane("help").stdout)


if __name__ == "__main__":
    unittest.main()
