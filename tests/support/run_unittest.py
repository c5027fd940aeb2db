#!/usr/bin/env python3
"""Runs the unittest files of a folder; with --xml FILE also writes a JUnit report. Standard library only.

usage: run_unittest.py FOLDER [--program FILE] [--xml FILE] [--only PATTERN]

--program is what the tests drive (TRILANE_PROGRAM). Exit code 1 when a test fails.
"""

import argparse
import os
import sys
import time
import unittest
from xml.sax.saxutils import escape, quoteattr


class Result(unittest.TextTestResult):
    """Keeps name, time and failure of every test."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.rows = []

    def startTest(self, test):
        self.begin = time.monotonic()
        self.trouble = []
        super().startTest(test)

    def stopTest(self, test):
        self.rows.append((test.id(), time.monotonic() - self.begin, "\n".join(self.trouble)))
        super().stopTest(test)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.trouble.append(self.failures[-1][1])

    def addError(self, test, err):
        super().addError(test, err)
        if not hasattr(self, "trouble"):  # setUpClass or an import failed: there was no test
            self.rows.append((test.id(), 0, self.errors[-1][1]))
        else:
            self.trouble.append(self.errors[-1][1])

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self.trouble.append(f"{subtest}\n{self._exc_info_to_string(err, test)}")


def write_xml(path, rows):
    with open(path, "w", encoding="utf-8") as out:
        out.write(f'<testsuite tests="{len(rows)}">\n')
        for name, seconds, trouble in rows:
            case, _, test = name.rpartition(".")
            out.write(f"<testcase classname={quoteattr(case)} name={quoteattr(test)} time=\"{seconds:.3f}\">")
            if trouble:
                out.write(f"<failure>{escape(trouble)}</failure>")
            out.write("</testcase>\n")
        out.write("</testsuite>\n")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--program", default=os.environ.get("TRILANE_PROGRAM", ""))
    parser.add_argument("--xml")
    parser.add_argument("--only")
    options = parser.parse_args()
    os.environ["TRILANE_PROGRAM"] = os.path.abspath(options.program) if options.program else ""
    sys.dont_write_bytecode = True
    sys.path.insert(0, options.folder)
    loader = unittest.TestLoader()
    if options.only:
        loader.testNamePatterns = [f"*{options.only}*"]
    suite = loader.discover(options.folder, pattern="test_*.py", top_level_dir=options.folder)
    runner = unittest.TextTestRunner(verbosity=2, resultclass=Result)
    result = runner.run(suite)
    if options.xml:
        write_xml(options.xml, result.rows)
    return 0 if result.wasSuccessful() and result.rows else 1


if __name__ == "__main__":
    sys.exit(main())
