"""Set-up where something is missing: one clear line, and the same command goes on where it stopped."""

import os
import subprocess
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SETUP = os.path.join(ROOT, "shared", "setup", "packages.sh")


def bash(script, cache, before=(), **environment):
    """Runs the script with set-up's functions and a cache of its own."""
    return subprocess.run([*before, "bash", "-c", f'set -euo pipefail; . "$1"; {script}', "bash", SETUP],
                          env={**os.environ, "XDG_CACHE_HOME": cache, **environment}, capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, timeout=60)


class Setup(unittest.TestCase):
    def setUp(self):
        place = tempfile.TemporaryDirectory(prefix="set-up ")
        self.addCleanup(place.cleanup)
        self.cache = place.name

    def failed(self, done, *words):
        """One line of error with these words in it; what to do is said after it."""
        self.assertEqual(done.returncode, 1, done.stderr)
        errors = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
        self.assertEqual(len(errors), 1, done.stderr)
        for word in words:
            self.assertIn(word, errors[0])
        self.assertIn("again", done.stderr)

    def test_a_network_that_does_not_answer(self):
        for line in ("W: Failed to fetch http://archive/InRelease  Temporary failure resolving 'archive'",
                     "npm ERR! network request to https://registry/terser failed, reason: getaddrinfo EAI_AGAIN registry",
                     "fatal: unable to access 'https://host/': Could not resolve host: host",
                     "E: Failed to fetch http://archive/g++.deb  Could not connect to proxy:80 (10.0.0.1). - connect (111: Connection refused)"):
            with self.subTest(line):
                done = bash('fetch() { echo "$LINE"; return 100; }; step "1 package" fetch', self.cache, LINE=line)
                self.failed(done, "1 package", "network", line[:40])

    def test_a_full_disk(self):
        small = ["unshare", "--mount", *([] if os.geteuid() == 0 else ["--map-root-user"]), "sh", "-c",
                 'mount -t tmpfs -o size=300k none "$XDG_CACHE_HOME" && exec "$@"', "sh"]
        try:
            possible = subprocess.run([*small, "true"], env={**os.environ, "XDG_CACHE_HOME": self.cache}, capture_output=True, timeout=10)
        except OSError as error:
            self.skipTest(f"no unshare here: {error}")
        if possible.returncode != 0:
            self.skipTest("no mounts in a namespace of one's own here")
        done = bash('fill() { head -c 10000000 /dev/zero >"$1/file"; }; ensure_cached key "a source" fill', self.cache, small)
        self.failed(done, "a source", "disk is full")

    def test_a_program_that_says_that_the_disk_is_full(self):
        done = bash('unpack() { echo "tar: x: Cannot write: No space left on device"; return 2; }; step "a source" unpack', self.cache)
        self.failed(done, "disk is full", "tar: x")

    def test_a_cache_that_cannot_be_written(self):
        with open(os.path.join(self.cache, "file"), "w", encoding="utf-8"):
            pass
        done = bash("check_places", os.path.join(self.cache, "file"))
        self.assertEqual(done.returncode, 1)
        self.assertIn("error: cannot write to", done.stderr)
        self.assertIn("XDG_CACHE_HOME=FOLDER", done.stderr)

    def test_neither_root_nor_sudo(self):
        done = bash('id() { echo 1000; }; have() { [[ "$1" != sudo ]] && command -v "$1" >/dev/null; }; is_debian_like() { true; }\n'
                    'installed_packages() { echo other; }; ensure_packages sources', self.cache)
        self.failed(done, "xz-utils", "sudo")
        self.assertIn("apt-get install --no-install-recommends -y xz-utils", done.stderr)

    def test_another_failure_shows_its_log(self):
        done = bash('odd() { echo "a strange thing"; return 3; }; step "a step" odd', self.cache)
        self.failed(done, "a step failed (exit 3)")
        self.assertIn("    a strange thing", done.stderr)

    def test_the_same_command_goes_on_where_it_stopped(self):
        script = ('first() { touch "$1/made"; echo made first >&2; }; second() { touch "$1/half"; [[ -e "$XDG_CACHE_HOME/network" ]]; }\n'
                  'ensure_cached one "the first" first; ensure_cached two "the second" second; ls "$TRILANE_CACHE"')
        self.failed(bash(script, self.cache), "the second")
        with open(os.path.join(self.cache, "network"), "w", encoding="utf-8"):
            pass
        again = bash(script, self.cache)
        self.assertEqual(again.returncode, 0, again.stderr)
        self.assertNotIn("the first", again.stderr)
        self.assertEqual(again.stdout.split(), ["locks", "logs", "one", "two"])
        self.assertEqual(os.listdir(os.path.join(self.cache, "trilane", ".staging")), [])

    def test_what_has_been_made_by_halves_is_not_taken(self):
        os.makedirs(os.path.join(self.cache, "trilane", "one"))  # without the mark of a whole one
        done = bash('first() { echo whole >"$1/file"; }; ensure_cached one "the first" first; cat "$TRILANE_CACHE/one/file"', self.cache)
        self.assertEqual(done.stdout, "whole\n", done.stderr)
