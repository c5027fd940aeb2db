"""The real desktop window on a virtual screen: it draws, at several sizes, in both themes and languages."""

import json
import os
import shutil
import subprocess
import tempfile
import unittest

import png

PROGRAM = os.environ["TRILANE_PROGRAM"]
LOGS = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))), "build", "test-logs")

RACE = [json.dumps({"do": "set", "settings": {"workload": "mixed", "size": 20000000, "tasks": 24, "wait_ms": 8, "workers": 2,
                                              "repeat": 2}}),
        json.dumps({"do": "race"})]


class Window(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        assert shutil.which("Xvfb"), "Xvfb is not installed"
        # It picks a free display and says which.
        cls.screen = subprocess.Popen(["Xvfb", "-displayfd", "1", "-screen", "0", "1920x1200x24", "-nolisten", "tcp"],
                                      stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        number = cls.screen.stdout.readline().strip()
        assert number, "Xvfb did not start"
        cls.home = tempfile.TemporaryDirectory()
        cls.environment = {**os.environ, "DISPLAY": f":{number}", "LIBGL_ALWAYS_SOFTWARE": "1", "SDL_VIDEODRIVER": "x11",
                           "HOME": cls.home.name, "XDG_CONFIG_HOME": cls.home.name, "XDG_DATA_HOME": cls.home.name}
        os.makedirs(LOGS, exist_ok=True)

    @classmethod
    def tearDownClass(cls):
        cls.screen.terminate()
        cls.screen.communicate(timeout=15)
        cls.home.cleanup()

    def window(self, *arguments, **environment):
        return subprocess.run([PROGRAM, *arguments], env={**self.environment, **environment}, capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, timeout=120)

    def picture(self, name, *arguments, commands=()):
        path = os.path.join(LOGS, f"window-{name}.png")
        if os.path.exists(path):
            os.unlink(path)
        done = self.window("--screenshot", path, *arguments, *(word for command in commands for word in ("--command", command)))
        self.assertEqual(done.returncode, 0, done.stderr)
        return png.hues(path)

    def test_draws_a_race_in_the_models_colours_at_three_sizes_in_both_themes(self):
        for size, theme, lang in (("1440x900", "dark", "en"), ("1440x900", "light", "ru"), ("834x1112", "light", "en"),
                                  ("420x900", "dark", "ru")):
            with self.subTest(size=size, theme=theme):
                found = self.picture(f"{size}-{theme}-{lang}", "--size", size, "--theme", theme, "--lang", lang, "--scale", "1",
                                     commands=RACE)
                self.assertEqual(found["size"], tuple(int(n) for n in size.split("x")))
                for hue in ("blue", "orange", "green"):
                    self.assertGreater(found[hue], 0.0005, f"no {hue}: {found}")
                self.assertGreater(found["colours"], 50)
                if theme == "dark":
                    self.assertLess(found["brightness"], 0.4)
                else:
                    self.assertGreater(found["brightness"], 0.6)

    def test_a_million_spans_have_the_colour_of_what_they_are(self):
        # The shaders compile on this GL, and a merged cell's ink is the time that its spans fill: of the made-up lanes 5/8
        # is work, 2/8 waiting, 1/8 locks, in 10 of 12 parts of the time.
        found = self.picture("million", "--size", "1440x900", "--theme", "dark", "--lang", "en", "--scale", "1",
                             commands=[json.dumps({"do": "timeline", "synthetic": {"lanes": 64, "spans": 1000000, "seed": 1}}),
                                       json.dumps({"do": "view", "timeline": {"begin_ms": 10, "end_ms": 90}})])
        self.assertGreater(found["blue"], 0.1)
        lane, work, wait, lock = (26, 31, 38), (76, 155, 232), (36, 70, 106), (163, 71, 47)
        seen = png.mean(os.path.join(LOGS, "window-million.png"), 450, 140, 1060, 540)
        for i in range(3):
            full = 5 / 8 * work[i] + 2 / 8 * wait[i] + 1 / 8 * lock[i]
            # One row of nine between the lanes is the panel's.
            panel = (22, 26, 32)[i]
            wanted = (full * 0.8 + lane[i] * 0.2) * 8 / 9 + panel / 9
            self.assertAlmostEqual(seen[i], wanted, delta=7, msg=f"channel {i} of {seen}")

    def test_a_selected_task_stands_out_and_its_story_is_listed(self):
        spans = json.dumps({"do": "timeline", "synthetic": {"lanes": 3, "spans": 60, "seed": 2}})
        plain = self.picture("story-none", "--size", "1440x900", "--theme", "dark", "--scale", "1", commands=[spans])
        chosen = self.picture("story", "--size", "1440x900", "--theme", "dark", "--scale", "1",
                              commands=[spans, json.dumps({"do": "view", "timeline": {"task": 7}})])
        self.assertLess(chosen["blue"], plain["blue"] * 0.7, "what is not selected steps back")
        self.assertGreater(chosen["blue"], 0.0002, "the selected span does not")
    def test_an_experiment_is_opened_by_name_and_run_to_its_verdict(self):
        path = os.path.join(LOGS, "window-lab.png")
        command = json.dumps({"do": "lab", "id": "overlap-waits", "run": True})
        done = self.window("--screenshot", path, "--size", "1440x900", "--theme", "dark", "--command", command)
        self.assertEqual(done.returncode, 0, done.stderr)
        events = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
        verdicts = [event for event in events if event.get("event") == "verdict"]
        self.assertEqual([event["id"] for event in verdicts], ["overlap-waits"])
        self.assertIn(verdicts[0]["verdict"], ("confirmed", "undecided"))

    def test_the_lab_report_is_a_folder_among_the_downloads_and_a_plot_is_saved(self):
        with tempfile.TemporaryDirectory() as home:
            downloads = os.path.join(home, "Downloads")
            os.mkdir(downloads)
            commands = [{"do": "lab", "id": "overlap-waits", "run": True}, {"do": "report", "at_rest": True},
                        {"do": "plot", "id": "makespan", "save": "png", "at_rest": True},
                        {"do": "plot", "id": "makespan", "save": "csv", "at_rest": True},
                        {"do": "plot", "id": "nonsense", "save": "csv", "at_rest": True}]
            done = self.window("--screenshot", os.path.join(LOGS, "window-report.png"), "--size", "1440x900", "--lang", "ru",
                               *(word for command in commands for word in ("--command", json.dumps(command))),
                               HOME=home, XDG_CONFIG_HOME=home, XDG_DOWNLOAD_DIR=downloads)
            self.assertEqual(done.returncode, 0, done.stderr)
            lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
            self.assertIn({"event": "report"}, lines, done.stdout)
            self.assertTrue(any(line.get("error", {}).get("field") == "id" for line in lines), "a plot that is not there")
            reports = [name for name in os.listdir(downloads) if name.startswith("trilane-report")]
            self.assertEqual(len(reports), 1, os.listdir(downloads))
            folder = os.path.join(downloads, reports[0])
            with open(os.path.join(folder, "report.md"), encoding="utf-8") as file:
                markdown = file.read()
            self.assertIn("## Машина", markdown)
            pictures = [name for name in os.listdir(os.path.join(folder, "figures")) if name.endswith(".png")]
            self.assertTrue(pictures)
            for name in pictures:
                self.assertIn(f"(figures/{name})", markdown)
                self.assertGreater(png.hues(os.path.join(folder, "figures", name))["colours"], 60, name)
            self.assertGreater(png.hues(os.path.join(downloads, "trilane-makespan.png"))["colours"], 60)
            with open(os.path.join(downloads, "trilane-makespan.csv"), encoding="utf-8") as file:
                self.assertGreater(len(file.read().splitlines()), 1)

    def test_python_answers_the_gil_experiments_question_too(self):
        commands = ({"do": "lab", "id": "gil", "settings": {"with_python": True, "repeat": 2}, "run": True},)
        done = self.window("--screenshot", os.path.join(LOGS, "window-gil-python.png"),
                           *(word for command in commands for word in ("--command", json.dumps(command))))
        self.assertEqual(done.returncode, 0, done.stderr)
        events = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual([event for event in events if event.get("event") == "failed"], [])
        entry = next(event["document"] for event in events if event.get("event") == "done")["experiments"][0]
        self.assertEqual({run["flavour"] for run in entry["python"]}, {"threading", "multiprocessing", "asyncio"})
        waiting = next(number for number in entry["numbers"] if number["id"] == "python.threading.sleep")
        self.assertGreater(waiting["value"], 1)

    def test_python_runs_beside_ours_where_there_is_one(self):
        # A stand-in for another interpreter is named by TRILANE_PYTHON; here the real one is what is shown.
        commands = [json.dumps({"do": "set", "settings": {"workload": "sleep", "tasks": 4, "wait_ms": 5, "workers": 2, "repeat": 2,
                                                          "racers": "sync,async", "with_python": True}}),
                    json.dumps({"do": "race"})]
        path = os.path.join(LOGS, "window-python.png")
        done = self.window("--screenshot", path, "--size", "1440x900", "--theme", "dark", "--lang", "en", "--scale", "1",
                           *(word for command in commands for word in ("--command", command)))
        self.assertEqual(done.returncode, 0, done.stderr)
        events = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
        python = [event["document"] for event in events if event.get("event") == "done" and
                  event["document"].get("schema") == "trilane.python/1"]
        self.assertEqual([run["flavour"] for run in python], ["threading", "multiprocessing", "asyncio"])
        for run in python:
            self.assertIn(run["interpreter"]["version"], run["label"])
            self.assertGreater(run["wall_ms"]["median"], 5)

    def test_is_not_blank_before_the_first_run(self):
        found = self.picture("empty", "--size", "1280x800", "--theme", "dark")
        self.assertGreater(found["colours"], 50)

    def test_high_dpi_has_more_pixels_not_smaller_text(self):
        found = self.picture("2x", "--size", "900x600", "--scale", "2")
        self.assertEqual(found["size"], (1800, 1200))

    def test_without_a_display_it_says_so(self):
        environment = {key: value for key, value in self.environment.items() if key not in ("DISPLAY", "WAYLAND_DISPLAY")}
        done = subprocess.run([PROGRAM], env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60)
        self.assertEqual(done.returncode, 1)
        self.assertTrue(done.stderr.strip())
        self.assertLess(len(done.stderr), 1500)

    def test_a_picture_that_cannot_be_written_is_a_clear_line(self):
        done = self.window("--screenshot", "/nonexistent/window.png")
        self.assertEqual(done.returncode, 1)
        self.assertIn("/nonexistent/window.png", done.stderr)

    def test_opens_results_and_traces_and_says_why_not(self):
        with tempfile.TemporaryDirectory() as folder:
            result, trace, broken = (os.path.join(folder, name) for name in ("their-pc.json", "trace.json", "broken.json"))
            done = subprocess.run([PROGRAM, "run", "--model", "threads", "--workload", "primes", "--size", "20000", "--tasks", "12",
                                   "--workers", "2", "--repeat", "2", "--json", "--trace", trace], capture_output=True, text=True, timeout=60)
            self.assertEqual(done.returncode, 0, done.stderr)
            for path, text in ((result, done.stdout), (broken, done.stdout[:300])):
                with open(path, "w", encoding="utf-8") as file:
                    file.write(text)
            done = self.window("--screenshot", os.path.join(folder, "w.png"), "--size", "800x600", "--open", result, "--open", trace,
                               "--open", broken, "--open", "/nonexistent.json", "--open", "/", "--command", '{"do":"pins"}')
        self.assertEqual(done.returncode, 0, done.stderr)
        pins = json.loads(done.stdout.splitlines()[0])["pins"]
        self.assertEqual([pin["name"] for pin in pins], ["their-pc", "trace"])
        self.assertEqual(pins[0]["runs"][0]["result"]["tasks"], 12)
        self.assertGreaterEqual(pins[1]["runs"][0]["spans"], 12)
        for words in ("broken.json: The text ends in the middle", "/nonexistent.json", "No such file"):
            self.assertIn(words, done.stderr)

    def test_opens_files_behind_its_first_frame_one_after_another(self):
        with tempfile.TemporaryDirectory() as folder:
            paths = [os.path.join(folder, name) for name in ("one.json", "two.json")]
            for path in paths:
                with open(path, "w", encoding="utf-8") as file:
                    file.write("{")
            window = subprocess.Popen([PROGRAM, "--open", paths[0], "--open", paths[1]], env=self.environment,
                                      stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
            told = [window.stderr.readline() for _ in paths]
            window.terminate()
            window.communicate(timeout=60)
        for path, line in zip(paths, told):
            self.assertIn(f"{path}: The text ends in the middle", line)

    def test_options_that_cannot_be(self):
        for arguments, word in ((["--size", "12"], "--size"), (["--size", "99999x9"], "--size"), (["--theme", "pink"], "pink"),
                                (["--lang", "xx"], "xx"), (["--scale", "nan"], "--scale"), (["--command", "{"], "--command")):
            done = self.window(*arguments, "--screenshot", "/tmp/never.png")
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertIn(word, done.stderr)

    def test_leaves_no_engine_behind(self):
        with tempfile.TemporaryDirectory() as folder:
            # The same program under a name of our own, so that its processes can be told from all others.
            program = os.path.join(folder, "trilane-window")
            shutil.copy(PROGRAM, program)
            done = subprocess.run([program, "--screenshot", os.path.join(folder, "w.png"), "--size", "800x600"],
                                  env=self.environment, capture_output=True, text=True, timeout=120)
            self.assertEqual(done.returncode, 0, done.stderr)
            left = [pid for pid in os.listdir("/proc") if pid.isdigit() and executable_of(pid).startswith(program)]
            self.assertEqual(left, [])


def executable_of(pid):
    try:
        return os.readlink(f"/proc/{pid}/exe")
    except OSError:
        return ""
