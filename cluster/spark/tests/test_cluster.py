"""A scan on a real cluster against `scan` on one machine: the same bytes, whatever dies, and refused where it must be.

Takes `WHOFETCHED` (the program), `WHOFETCHED_SPARK_MB` (how many megabytes of
logs are scanned where nothing is in the way, 1000) and `WHOFETCHED_SPARK_WORK`
(where logs are kept).
"""

from __future__ import annotations

import atexit
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from collections.abc import Callable

import cluster
import logs

PROGRAM = os.path.abspath(os.environ["WHOFETCHED"])
MB = int(os.environ.get("WHOFETCHED_SPARK_MB", "1000"))
KEPT = os.path.abspath(os.environ.get("WHOFETCHED_SPARK_WORK", tempfile.gettempdir()))

#: How many megabytes of logs are scanned where things go wrong: so many splits all the same.
FEW_MB = min(MB, 60)

#: How large a split is for each megabyte of logs, so that every plain log is cut into six.
SPLIT_A_MB = 32_000

#: Three of them are a task.
SPLITS_A_TASK = 3

#: How long a scan may take, in seconds: many times what it takes, but it ends.
PATIENCE = 600


class ClusterTest(unittest.TestCase):
    """All on one cluster, because to start one takes longest."""

    @classmethod
    def setUpClass(cls) -> None:
        cls.folder = tempfile.mkdtemp(prefix="whofetched-test-")
        # However this process ends; behind the cluster, which is in it.
        atexit.register(shutil.rmtree, cls.folder, ignore_errors=True)
        cls.cluster = cluster.Cluster(cls.folder, sys.executable)
        cls.addClassCleanup(cls.cluster.close)
        for size in {MB, FEW_MB}:
            logs.make(cls.logs(size), size * 1_000_000)
            begin = time.monotonic()
            asked = ["scan", "case.toml", "--quiet", "--out", cls.scanned(size)]
            subprocess.run([PROGRAM, *asked], cwd=cls.logs(size), check=True)
            say(f"scan of {size} MB by one process: {time.monotonic() - begin:.1f} s")

    @classmethod
    def logs(cls, size: int) -> str:
        return os.path.join(KEPT, f"logs-{size}")

    @classmethod
    def scanned(cls, size: int) -> str:
        return os.path.join(cls.folder, f"scanned-{size}")

    def test_the_report_is_that_of_scan_and_its_ledger_is_held_against_it(self) -> None:
        kept = self.path("kept")
        begin = time.monotonic()
        ended = self.scan("plain", "--work", kept, size=MB)
        say(f"scan of {MB} MB by the cluster: {time.monotonic() - begin:.1f} s")
        self.is_same("plain", ended, MB)
        with open(os.path.join(kept, "plan.ndjson"), encoding="utf-8") as plan:
            self.assertGreaterEqual(len(plan.readlines()) - 1, 40)
        partials = sum(os.path.getsize(os.path.join(kept, name)) for name in os.listdir(kept) if name.endswith(".part"))
        say(f"partials: {partials / 1e6:.1f} MB of {MB} MB of logs")
        again = self.run_spark("report", kept, "--quiet", "--out", self.path("again"))
        self.is_same("again", again, MB)
        self.refuses_altered_ledgers(kept)

    def refuses_altered_ledgers(self, kept: str) -> None:
        def without(lines: list[str]) -> list[str]:
            return lines[:5] + lines[6:]

        def doubled(lines: list[str]) -> list[str]:
            return lines[:5] + [lines[5]] + lines[5:]

        def other(lines: list[str]) -> list[str]:
            row = json.loads(lines[5])
            return lines[:5] + [json.dumps({**row, "attempt": row["attempt"] + 1}) + "\n"] + lines[6:]

        path = os.path.join(kept, "ledger.ndjson")
        with open(path, encoding="utf-8") as ledger:
            lines = ledger.readlines()
        for number, alter in enumerate((without, doubled, other)):
            with open(path, "w", encoding="utf-8") as ledger:
                ledger.writelines(alter(lines))
            name = f"altered-{number}"
            self.is_refused(name, self.run_spark("report", kept, "--out", self.path(name)), "was altered")
        with open(path, "w", encoding="utf-8") as ledger:
            ledger.writelines(lines)
        name = json.loads(lines[5])["file"]
        with open(os.path.join(kept, name), "r+b") as partial:
            partial.seek(-9, os.SEEK_END)
            byte = partial.read(1)
            partial.seek(-9, os.SEEK_END)
            partial.write(bytes([byte[0] ^ 1]))
        self.is_refused(
            "damaged", self.run_spark("report", kept, "--out", self.path("damaged")), "do not have their digest"
        )

    def test_over_spark_connect(self) -> None:
        remote = self.cluster.connect()
        try:
            ended = self.run_spark("scan", *self.usual("connect"), "--remote", remote)
        finally:
            self.cluster.stop("connect")
        self.is_same("connect", ended)

    def test_a_worker_killed_in_the_middle(self) -> None:
        calls = self.path("killed.calls")
        program = self.wrapped("killed", f'echo "$*" >> {calls}; sleep 0.3')
        killed = False

        def kill() -> bool:
            nonlocal killed
            killed = len(lines_of(calls)) >= 5
            if killed:
                self.assertTrue(self.cluster.children("worker-1"), "it has no executor")
                self.cluster.kill("worker-1")
            return killed

        ended = self.scan("killed", "--program-there", program, during=kill)
        self.assertTrue(killed)
        self.is_same("killed", ended)
        self.cluster.add("worker-1")

    def test_speculation(self) -> None:
        calls, mark = self.path("slow.calls"), self.path("slow.mark")
        # The first to map the first task hangs; whoever does it besides does not.
        body = f'echo "$*" >> {calls}; case "$*" in *"--split 3") mkdir {mark} 2>/dev/null && sleep 60;; esac'
        conf = {
            "spark.speculation": "true",
            "spark.speculation.interval": "100ms",
            "spark.speculation.quantile": "0.3",
            "spark.speculation.multiplier": "1.1",
            "spark.speculation.minTaskRuntime": "100ms",
        }
        ended = self.scan("slow", "--program-there", self.wrapped("slow", body), conf=conf)
        self.is_same("slow", ended)
        mapped = [line for line in lines_of(calls) if line.endswith("--split 3") and "--ask" not in line]
        self.assertGreater(len(mapped), 1, "nothing was speculated upon")

    def test_a_split_that_always_fails(self) -> None:
        calls = self.path("failing.calls")
        body = f'case "$*" in *"--split 5"*) echo x >> {calls}; printf "it \\033[31mfails\\n" >&2; exit 1;; esac'
        ended = self.scan("failing", "--program-there", self.wrapped("failing", body))
        self.is_refused("failing", ended, "split 5 (logs/combined/access.log, bytes ")
        self.assertIn("after 4 tries", ended.stderr)
        self.assertIn("fails", ended.stderr)
        self.assertNotIn("\033", ended.stderr)
        # Four tries of its task, and at the last one by itself.
        self.assertEqual(len(lines_of(calls)), 5)

    def test_a_log_that_changed_since_the_plan(self) -> None:
        folder = self.path("changing")
        shutil.copytree(os.path.join(self.logs(FEW_MB), "logs", "packed"), os.path.join(folder, "logs", "packed"))
        shutil.copy(os.path.join(self.logs(FEW_MB), "case.toml"), folder)
        plan = self.path("changing.plan")
        with open(plan, "wb") as out:
            subprocess.run(
                [PROGRAM, "plan", "case.toml"], cwd=folder, stdout=out, stderr=subprocess.DEVNULL, check=False
            )
        with open(os.path.join(folder, "logs", "packed", "access.log.2.gz"), "ab") as log:
            log.write(b"\n")
        ended = self.run_spark("scan", "--plan", plan, *self.spark(), "--out", self.path("changed"))
        self.is_refused("changed", ended, "logs/packed/access.log.2.gz")

    def path(self, name: str) -> str:
        return os.path.join(self.folder, name)

    def spark(self, conf: dict[str, str] | None = None) -> list[str]:
        settings = {**cluster.settings(), **(conf or {})}
        options = [word for key, value in settings.items() for word in ("--conf", f"{key}={value}")]
        return ["--program", PROGRAM, "--master", self.cluster.master, *options]

    def usual(self, name: str, size: int = FEW_MB) -> list[str]:
        split = size * SPLIT_A_MB
        sizes = ["--split-size", str(split), "--task-size", str(split * SPLITS_A_TASK)]
        return ["case.toml", *sizes, "--program", PROGRAM, "--quiet", "--out", self.path(name)]

    def scan(
        self,
        name: str,
        *more: str,
        size: int = FEW_MB,
        conf: dict[str, str] | None = None,
        during: Callable[[], bool] | None = None,
    ) -> subprocess.CompletedProcess[str]:
        return self.run_spark("scan", *self.usual(name, size), *self.spark(conf), *more, size=size, during=during)

    def run_spark(
        self, *words: str, size: int = FEW_MB, during: Callable[[], bool] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Runs the command; `during` is called now and then until it says that it is done."""
        command = [sys.executable, "-m", "whofetched_spark", *words]
        environment = {**self.cluster.environment, "TMPDIR": self.folder}
        with (
            open(self.path("out"), "w+", encoding="utf-8") as out,
            open(self.path("err"), "w+", encoding="utf-8") as err,
        ):
            driver = subprocess.Popen(command, cwd=self.logs(size), env=environment, stdout=out, stderr=err)
            try:
                deadline = time.monotonic() + PATIENCE
                while driver.poll() is None and time.monotonic() < deadline:
                    if during and during():
                        during = None
                    time.sleep(0.05)
            finally:
                if driver.poll() is None:
                    driver.kill()
                driver.wait()
            for each in (out, err):
                each.seek(0)
            return subprocess.CompletedProcess(command, driver.returncode, out.read(), err.read())

    def is_same(self, name: str, ended: subprocess.CompletedProcess[str], size: int = FEW_MB) -> None:
        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertEqual(ended.stderr, "")
        ours, theirs = contents(self.path(name)), contents(self.scanned(size))
        self.assertEqual(sorted(ours), sorted(theirs))
        self.assertEqual([each for each in ours if ours[each] != theirs[each] and each != "run.json"], [])
        self.has_left_nothing()

    def is_refused(self, name: str, ended: subprocess.CompletedProcess[str], why: str) -> None:
        self.assertEqual(ended.returncode, 2, ended.stderr)
        self.assertIn(why, ended.stderr)
        self.assertNotIn("Traceback", ended.stderr)
        self.assertFalse(os.path.exists(self.path(name)))
        self.has_left_nothing()

    def has_left_nothing(self) -> None:
        """No partial stays behind, here or with the executors."""
        local = self.cluster.environment["SPARK_LOCAL_DIRS"]
        left = [
            os.path.join(above, name)
            for top in (local, self.folder)
            for above, names, _ in os.walk(top)
            for name in names
            if name.startswith("whofetched-")
        ]
        self.assertEqual(left, [])

    def wrapped(self, name: str, body: str) -> str:
        """The program, which does something else before it maps."""
        path = self.path(f"{name}.sh")
        with open(path, "w", encoding="utf-8") as out:
            out.write(f'#!/bin/sh\nif [ "$1" = map ]; then {body}; fi\nexec {PROGRAM} "$@"\n')
        os.chmod(path, 0o755)
        return path


def contents(folder: str) -> dict[str, bytes]:
    found = {}
    for above, _, names in os.walk(folder):
        for name in names:
            with open(os.path.join(above, name), "rb") as file:
                found[os.path.relpath(file.name, folder)] = file.read()
    return found


def lines_of(path: str) -> list[str]:
    if not os.path.exists(path):
        return []
    with open(path, encoding="utf-8") as file:
        return file.read().splitlines()


def say(text: str) -> None:
    sys.stderr.write(text + "\n")


def _stop(*_: object) -> None:
    # So that what was started is ended: a signal alone would end this process at once.
    raise KeyboardInterrupt


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _stop)
    unittest.main(verbosity=2)
