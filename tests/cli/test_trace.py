"""The trace that --trace writes, checked against the rules of the Trace Event Format by a reader of our own: each kind's
required fields, slices that nest, flows whose ends match and lie in slices, counters that run forward."""

import json
import math
import os
import tempfile
import unittest
from collections import defaultdict

from program import trilane

QUICK = ["--workload", "mixed", "--size", "400000", "--wait-ms", "2", "--tasks", "12", "--workers", "2", "--repeat", "1", "--warmup", "0"]
REQUIRED = {"X": ("name", "ts", "dur", "pid", "tid"), "M": ("name", "pid", "args"), "C": ("name", "ts", "pid", "args"),
            "b": ("name", "cat", "id", "ts", "pid"), "e": ("name", "cat", "id", "ts", "pid"),
            "s": ("name", "cat", "id", "ts", "pid", "tid"), "f": ("name", "cat", "id", "ts", "pid", "tid")}


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def faults(trace):
    """What breaks the rules of the format, as lines."""
    found = []
    slices, open_pairs, flows, counters = defaultdict(list), {}, defaultdict(dict), defaultdict(list)
    named = set()
    for number, event in enumerate(trace["traceEvents"]):
        kind = event.get("ph")
        if kind not in REQUIRED:
            found.append(f"event {number}: unknown kind {kind!r}")
            continue
        missing = [name for name in REQUIRED[kind] if name not in event]
        if missing:
            found.append(f"event {number} ({kind}): without {missing}")
            continue
        broken = False
        for name in ("ts", "dur"):
            if name in event and not is_number(event[name]):
                found.append(f"event {number}: {name} is {event[name]!r}")
                broken = True
        if broken:
            continue
        for name in ("pid", "tid"):
            if name in event and not isinstance(event[name], int):
                found.append(f"event {number}: {name} is {event[name]!r}")
        track = (event["pid"], event.get("tid"))
        if kind == "X":
            if event["dur"] < 0:
                found.append(f"event {number}: negative dur")
            slices[track].append((event["ts"], event["ts"] + event["dur"], event["name"]))
        elif kind == "M" and event["name"] == "thread_name":
            if track in named:
                found.append(f"event {number}: {track} has two names")
            named.add(track)
        elif kind == "b":
            open_pairs[(event["cat"], event["id"], event["pid"])] = event["ts"]
        elif kind == "e":
            begun = open_pairs.pop((event["cat"], event["id"], event["pid"]), None)
            if begun is None or begun > event["ts"]:
                found.append(f"event {number}: ends what did not begin before")
        elif kind in "sf":
            if kind in flows[event["id"]]:
                found.append(f"event {number}: flow {event['id']} has two {kind}")
            flows[event["id"]][kind] = event
        elif kind == "C":
            if not event["args"] or not all(is_number(value) for value in event["args"].values()):
                found.append(f"event {number}: counter of {event['args']!r}")
            counters[(event["pid"], event["name"])].append(event["ts"])
    found += [f"pair {key} has no end" for key in open_pairs]
    for track, all_of_it in slices.items():
        if track not in named:
            found.append(f"{track} has no name")
        ends = []
        for begin, end, name in sorted(all_of_it, key=lambda one: (one[0], -one[1])):
            while ends and ends[-1] <= begin + 1e-6:
                ends.pop()
            if ends and end > ends[-1] + 1e-6:
                found.append(f"{track}: {name} at {begin} crosses the end of what is around it")
            ends.append(end)
    for name, ends in flows.items():
        if set(ends) != {"s", "f"}:
            found.append(f"flow {name} has only {sorted(ends)}")
            continue
        if ends["s"]["ts"] > ends["f"]["ts"] or (ends["s"]["name"], ends["s"]["cat"]) != (ends["f"]["name"], ends["f"]["cat"]):
            found.append(f"flow {name}: its ends do not match")
        for end in ends.values():
            around = [one for one in slices[(end["pid"], end["tid"])] if one[0] - 1e-6 <= end["ts"] <= one[1] + 1e-6]
            if not around:
                found.append(f"flow {name}: its {end['ph']} lies in no slice")
    for key, times in counters.items():
        if times != sorted(times):
            found.append(f"counter {key} runs backwards")
    return found


class Trace(unittest.TestCase):
    def trace_of(self, *arguments):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "trace.json")
            done = trilane("run", *QUICK, *arguments, "--json", "--trace", path)
            self.assertEqual(done.returncode, 0, done.stderr)
            with open(path, encoding="utf-8") as file:
                return json.load(file), json.loads(done.stdout)

    def test_every_model_keeps_the_format_s_rules(self):
        for arguments in (["--model", "sync"], ["--model", "threads"], ["--model", "threads", "--gil"], ["--model", "processes"],
                          ["--model", "async"], ["--model", "threads", "--spawn-per-task"],
                          ["--model", "processes", "--spawn-per-task"]):
            with self.subTest(arguments=arguments):
                trace, result = self.trace_of(*arguments)
                self.assertEqual(faults(trace), [])
                counts = [event["args"] for event in trace["traceEvents"] if event["ph"] == "C" and event["name"] == "tasks"]
                self.assertEqual(counts[-1], {"in flight": 0, "done": 12})
                self.assertTrue(all(0 <= count["in flight"] <= 12 for count in counts))
                self.assertEqual(trace["metadata"]["workload"], "mixed")
                self.assertEqual(trace["metadata"]["cpu"], result["host"]["cpu"])

    def test_children_are_processes_of_the_same_trace_and_arrows_lead_to_them(self):
        trace, result = self.trace_of("--model", "processes")
        children = {lane["process_id"] for lane in result["lanes"]}
        worked = {event["pid"] for event in trace["traceEvents"] if event["ph"] == "X" and event["name"] == "compute"}
        # On a busy machine one of them may have done it all.
        self.assertTrue(worked and worked <= children, (worked, children))
        reached = {event["pid"] for event in trace["traceEvents"] if event["ph"] == "f"}
        self.assertEqual(reached, children)
        sources = {event["pid"] for event in trace["traceEvents"] if event["ph"] == "s"}
        self.assertEqual(len(sources), 1)
        self.assertFalse(sources & children, "they come from the process that created them")
        names = {event["pid"]: event["args"]["name"] for event in trace["traceEvents"] if event["ph"] == "M" and event["name"] == "process_name"}
        self.assertEqual(set(names), children | sources)

    def test_threads_have_their_real_ids(self):
        trace, result = self.trace_of("--model", "threads")
        lanes = {(lane["process_id"], lane["thread_id"]) for lane in result["lanes"]}
        worked = {(event["pid"], event["tid"]) for event in trace["traceEvents"] if event["ph"] == "X" and event["name"] == "compute"}
        self.assertTrue(worked and worked <= lanes, (worked, lanes))

    def test_the_check_itself_finds_what_is_wrong(self):
        good = {"ph": "X", "name": "a", "ts": 0, "dur": 5, "pid": 1, "tid": 1}
        name = {"ph": "M", "name": "thread_name", "pid": 1, "tid": 1, "args": {"name": "n"}}
        self.assertEqual(faults({"traceEvents": [name, good]}), [])
        for bad in ([good], [name, {**good, "dur": -1}], [name, good, {**good, "ts": 3}], [name, {**good, "ts": "0"}],
                    [name, good, {"ph": "s", "name": "f", "cat": "c", "id": 1, "ts": 1, "pid": 1, "tid": 1}],
                    [{"ph": "C", "name": "c", "ts": 5, "pid": 1, "args": {"v": 1}}, {"ph": "C", "name": "c", "ts": 4, "pid": 1, "args": {"v": 1}}],
                    [{"ph": "b", "name": "c", "cat": "x", "id": 1, "ts": 5, "pid": 1}]):
            self.assertTrue(faults({"traceEvents": bad}), bad)


if __name__ == "__main__":
    unittest.main()
