#!/usr/bin/env python3
"""Reads what one suite left (a JUnit report and a log), says how it went and adds it to the totals.

usage: tally.py NAME --xml FILE... --log FILE --exit-code N --seconds N --totals FILE

A program that crashed before it wrote its report is one failed test more: what it had passed so far is counted from its
log. Standard library only.
"""

import argparse
import os
import re
import sys
import xml.etree.ElementTree as ElementTree

TAIL_LINES = 40


def read_report(path):
    """[(name, failure text or None)] of a report; skipped tests are not counted."""
    rows = []
    for case in ElementTree.parse(path).iter("testcase"):
        if case.find("skipped") is not None or case.get("status") == "notrun":
            continue
        name = f'{case.get("classname", "")}.{case.get("name", "")}'
        trouble = [f.text or f.get("message") or "failed" for f in list(case.iter("failure")) + list(case.iter("error"))]
        rows.append((name, "\n".join(trouble) if trouble else None))
    return rows


def tail_of(log):
    with open(log, encoding="utf-8", errors="replace") as file:
        return "".join(file.readlines()[-TAIL_LINES:])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("name")
    parser.add_argument("--xml", nargs="*", default=[])
    parser.add_argument("--log", required=True)
    parser.add_argument("--exit-code", type=int, required=True)
    parser.add_argument("--seconds", type=int, required=True)
    parser.add_argument("--totals", required=True)
    options = parser.parse_args()

    rows = []
    missing = []
    for path in options.xml:
        try:
            rows += read_report(path)
        except (OSError, ElementTree.ParseError):
            missing.append(path)
    if missing or (options.exit_code != 0 and not any(trouble for _, trouble in rows)):
        # It died on the way, hung until it was ended, or failed outside of any test (a sanitizer at the program's end).
        with open(options.log, encoding="utf-8", errors="replace") as file:
            text = file.read()
        if missing:
            reported = {name for name, _ in rows}
            ended_well = re.findall(r"^\[       OK \] (\S+)", text, re.M)
            rows += [(name, None) for name in ended_well if name not in reported]
        started = re.findall(r"^\[ RUN      \] (\S+)", text, re.M)
        how = "ended by the time limit" if options.exit_code == 124 else f"ended with exit code {options.exit_code}"
        last = f" after {started[-1]} had begun" if missing and started else ""
        rows.append((options.name, f"{how}{last}\n{tail_of(options.log)}"))

    failed = [(name, trouble) for name, trouble in rows if trouble]
    passed = len(rows) - len(failed)
    print(f"{options.name:<14}{passed:>5} passed, {len(failed)} failed {options.seconds:>6} s", flush=True)
    for name, trouble in failed:
        print(f"  FAILED {name}")
        print("\n".join("    " + line for line in trouble.rstrip().splitlines()), flush=True)
    if failed:
        print(f"  whole log: {os.path.relpath(options.log)}", flush=True)
    with open(options.totals, "a", encoding="utf-8") as totals:
        totals.write(f"{passed} {len(failed)}\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
