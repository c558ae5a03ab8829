"""What needs no cluster: how splits are dealt out, what an executor does, and what the ledger refuses."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
import unittest
from collections.abc import Iterator
from typing import Any
from unittest import mock

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "src"))

from whofetched_spark import cli, engine, ledger, plan, words, work


def split(number: int, length: int, reads: str = "lines", archive: str | None = None) -> plan.Split:
    return plan.Split(number, f"log-{number}", reads, 0, length, archive)


class Groups(unittest.TestCase):
    def test_a_task_carries_at_least_what_is_said_and_digests_are_apart(self) -> None:
        splits = [split(0, 900, "digest"), *(split(number, 100) for number in range(1, 11))]
        groups = plan.groups(splits, 400)
        self.assertEqual([group.splits for group in groups], [(0,), (1, 2, 3, 4), (5, 6, 7, 8), (9, 10)])
        self.assertEqual([group.n_bytes for group in groups], [900, 400, 400, 200])

    def test_an_archive_is_mapped_in_one_walk(self) -> None:
        members = [split(number, 50, "whole", "a.tar") for number in (0, 2, 4)]
        groups = plan.groups([*members, split(1, 300, "whole"), split(3, 300, "whole")], 300)
        self.assertEqual([(group.splits, group.is_archive) for group in groups], [((0, 2, 4, 1), True), ((3,), False)])

    def test_no_task_has_more_splits_than_a_command_takes(self) -> None:
        many = range(plan.SPLITS_MOST * 2 + 1)
        for splits in ([split(n, 0) for n in many], [split(n, 1, "whole", "a.tar") for n in many]):
            groups = plan.groups(splits, 1 << 30)
            self.assertEqual(sorted(number for group in groups for number in group.splits), list(many))
            self.assertLessEqual(max(len(group.splits) for group in groups), plan.SPLITS_MOST)

    def test_ranges_are_read_as_they_were_written(self) -> None:
        for splits in ([0], [0, 1, 2, 9, 4, 5], [3, 2, 1]):
            self.assertEqual(ledger.numbers(ledger.ranges(splits)), splits)


class Works(unittest.TestCase):
    """The executor's side, with programs that behave in every way."""

    def setUp(self) -> None:
        room = tempfile.TemporaryDirectory()
        self.addCleanup(room.cleanup)
        self.folder = room.name
        shipped = mock.patch.object(work, "_shipped", lambda name: os.path.join(self.folder, name))
        self.addCleanup(shipped.stop)
        shipped.start()

    def job(self, body: str, **more: Any) -> work.Job:
        path = os.path.join(self.folder, "program")
        with open(path, "w", encoding="utf-8") as program:
            program.write(f'#!/bin/sh\n[ "$1" = --version ] && echo "whofetched 1" && exit\n{body}\n')
        os.chmod(path, 0o755)
        usual = work.Job(None, "program", "plan", None, "whofetched 1", 1, 20)
        return usual._replace(**more)

    def rows(self, job: work.Job, splits: tuple[int, ...] = (4, 7)) -> list[dict[str, Any]]:
        with mock.patch.object(work, "_place", lambda: (0, 1)):
            return [row for row in self.batches(job, splits)]

    def batches(self, job: work.Job, splits: tuple[int, ...]) -> Iterator[dict[str, Any]]:
        for batch in work._rows(job, 0, work.Task(splits, 10, False)):
            yield from batch.to_pylist()

    def test_a_partial_comes_in_chunks(self) -> None:
        n_bytes = work.CHUNK_BYTES + 5
        rows = self.rows(self.job(f"head -c {n_bytes} /dev/zero"))
        self.assertEqual(
            [(row["chunk"], row["chunks"], len(row["data"])) for row in rows], [(0, 2, work.CHUNK_BYTES), (1, 2, 5)]
        )
        self.assertEqual(rows[0]["sha256"], hashlib.sha256(bytes(n_bytes)).hexdigest())
        self.assertEqual(os.listdir(self.folder), ["program"])

    def test_a_program_that_came_without_leave_to_run_is_run(self) -> None:
        job = self.job("printf found")
        os.chmod(os.path.join(self.folder, "program"), 0o644)
        [row] = self.rows(job)
        self.assertEqual(row["data"], b"found")

    def test_the_split_that_fails_is_named(self) -> None:
        [row] = self.rows(self.job('case "$*" in *"--split 7"*) echo "no such disk" >&2; exit 1;; esac'))
        self.assertEqual(row["fault"], "7:map ended with 1: no such disk\n")
        self.assertIsNone(row["data"])

    def test_what_is_too_much_together_is_mapped_one_by_one(self) -> None:
        rows = self.rows(self.job('[ $# = 9 ] && exit 1; echo "$6 $7"'), splits=(4, 7))
        self.assertEqual(rows[0]["fault"] or rows[0]["data"], b"--split 4\n--split 7\n")

    def test_a_fault_is_raised_while_spark_may_try_elsewhere(self) -> None:
        with self.assertRaisesRegex(work.Fault, "map ended with 1: gone"):
            self.rows(self.job("echo gone >&2; exit 1", attempts=4))
        # What another try does not change is told at once.
        [row] = self.rows(self.job("echo changed >&2; exit 2", attempts=4))
        self.assertIn("changed", row["fault"])

    def test_what_does_not_end_is_ended(self) -> None:
        [row] = self.rows(self.job("exec sleep 50", seconds_per_gib=0.2), splits=(4,))
        self.assertIn("was not done in 0 seconds", row["fault"])

    def test_another_version_a_missing_program_and_a_signal_are_told(self) -> None:
        [row] = self.rows(self.job("", version="whofetched 2"))
        self.assertIn("is whofetched 1, and the plan was made by whofetched 2: use one version", row["fault"])
        [row] = self.rows(self.job("", program_there="/nowhere/whofetched"))
        self.assertIn("there is no program /nowhere/whofetched", row["fault"])
        [row] = self.rows(self.job("kill -9 $$"), splits=(4,))
        self.assertIn("was ended by signal 9", row["fault"])


class Ledgers(unittest.TestCase):
    """A ledger of two tasks, and everything that may be wrong with it."""

    def setUp(self) -> None:
        room = tempfile.TemporaryDirectory()
        self.addCleanup(room.cleanup)
        self.folder = room.name
        source = {"absolute": "/log", "member": None, "container": None}
        head = {"plan": plan.SCHEMA, "tool": "whofetched 1", "folder": "/", "splits": 3, "sources": [source]}
        rows = [
            {"split": n, "source": 0, "path": "log", "reads": "lines", "start": n * 10, "length": 10} for n in range(3)
        ]
        with open(os.path.join(self.folder, "plan.ndjson"), "w", encoding="utf-8") as out:
            out.writelines(json.dumps(row) + "\n" for row in [head, *rows])
        self.plan = plan.read(os.path.join(self.folder, "plan.ndjson"))
        self.groups = [plan.Group((0, 1), 20, False), plan.Group((2,), 10, False)]

    def rows(self, number: int, data: bytes) -> list[dict[str, Any]]:
        half = len(data) // 2
        usual = {"number": number, "chunks": 2, "sha256": hashlib.sha256(data).hexdigest(), "n_bytes": len(data)}
        usual |= {"host": "one", "attempt": 0, "fault": None}
        return [{**usual, "chunk": 0, "data": data[:half]}, {**usual, "chunk": 1, "data": data[half:]}]

    def take(self, rows: list[dict[str, Any]]) -> ledger.Ledger:
        taken = ledger.Ledger(self.folder, self.plan)
        taken.take(0, self.groups, rows)
        taken.close()
        return taken

    def test_what_is_whole_is_taken(self) -> None:
        self.take(self.rows(0, b"first") + self.rows(1, b"second"))
        [path] = ledger.check(self.folder)
        with open(path, "rb") as file:
            self.assertEqual(file.read(), b"firstsecond")

    def test_rows_that_are_missing_doubled_or_damaged_are_refused(self) -> None:
        first, second = self.rows(0, b"first"), self.rows(1, b"second")
        damaged = [first[0], {**first[1], "data": b"xxx"}]
        wrong = {
            "nothing came": first,
            "came twice": first + first + second,
            "out of order": first[1:] + second,
            "damaged on the way": damaged + second,
        }
        for why, rows in wrong.items():
            with self.subTest(why), self.assertRaisesRegex(words.Refused, why):
                self.setUp()
                self.take(rows)

    def test_faults_are_told_with_their_split_and_safely(self) -> None:
        row = {"number": 0, "host": "on\x1be", "attempt": 3, "fault": "1:map ended with 1: \x1b[31mno\n disk"}
        with self.assertRaises(words.Refused) as refused:
            self.take([row, *self.rows(1, b"second")])
        self.assertEqual(
            str(refused.exception),
            "no report: split 1 (log, bytes 10 to 20), on on\ufffde after 4 tries: map ended with 1: \ufffd[31mno disk",
        )

    def test_a_ledger_that_was_altered_is_refused(self) -> None:
        path = os.path.join(self.folder, "ledger.ndjson")
        self.take(self.rows(0, b"first") + self.rows(1, b"second"))
        with open(path, encoding="utf-8") as file:
            lines = file.readlines()
        for altered in (
            lines[:1] + lines[2:],
            lines[:2] + lines[1:],
            lines[:-1],
            [lines[0], lines[2], lines[1], lines[3]],
        ):
            with open(path, "w", encoding="utf-8") as file:
                file.writelines(altered)
            with self.assertRaises(words.Refused):
                ledger.check(self.folder)

    def test_splits_that_are_missing_or_there_twice_are_named(self) -> None:
        for groups, why in (
            (((0, 1), (1,)), r"split 1 \(log, bytes 10 to 20\): there twice"),
            (((0,), (1,)), "split 2 .*missing"),
        ):
            self.setUp()
            self.groups = [plan.Group(splits, 10, False) for splits in groups]
            self.take(self.rows(0, b"first") + self.rows(1, b"second"))
            with self.assertRaisesRegex(words.Refused, why):
                ledger.check(self.folder)

    def test_files_that_are_not_what_the_ledger_says_are_refused(self) -> None:
        self.take(self.rows(0, b"first") + self.rows(1, b"second"))
        path = os.path.join(self.folder, "round-0-0.part")
        for data, why in ((b"firstsecond+", "not as long"), (b"firstsecone", "do not have their digest")):
            with open(path, "wb") as file:
                file.write(data)
            with self.assertRaisesRegex(words.Refused, why):
                ledger.check(self.folder)


class Plans(unittest.TestCase):
    def test_what_is_no_plan_is_refused(self) -> None:
        head = {"plan": plan.SCHEMA, "tool": "whofetched 1", "folder": "/", "splits": 1, "sources": []}
        wrong = ["", "{}", "[]\n", json.dumps(head) + "\n", json.dumps({**head, "plan": "whofetched-plan/9"}) + "\n"]
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "plan")
            for text in wrong:
                with open(path, "w", encoding="utf-8") as out:
                    out.write(text)
                with self.assertRaises(words.Refused):
                    plan.read(path)


class CommandLines(unittest.TestCase):
    def test_what_is_asked_and_told_is_passed_on(self) -> None:
        parsed = cli._parser().parse_args(
            [
                "scan",
                "-p",
                "/a",
                "--known",
                "x=1.2.3.4",
                "--split-size",
                "1M",
                "logs",
                "--out",
                "r",
                "--no-hash",
                "--quiet",
            ]
        )
        meant = cli._meant(parsed)
        self.assertEqual(
            list(meant.asked), ["--path", "/a", "--known=x=1.2.3.4", "--no-hash", "--split-size", "1M", "--", "logs"]
        )
        self.assertEqual(list(meant.telling), ["--out=r", "--quiet"])
        self.assertEqual(meant.task_bytes, 1 << 30)

    def test_nothing_asked_is_refused(self) -> None:
        with mock.patch("sys.stderr"):
            self.assertEqual(cli.main(["scan", "--master", "local"]), 2)
            self.assertEqual(cli.main(["scan", "case.toml", "--plan", "p"]), 2)

    def test_to_be_ended_leaves_nothing(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            program, room = os.path.join(folder, "program"), os.path.join(folder, "room")
            with open(program, "w", encoding="utf-8") as out:
                out.write(f"#!/bin/sh\n: > {folder}/begun\nexec sleep 50\n")
            os.chmod(program, 0o755)
            os.mkdir(room)
            command = [sys.executable, "-m", "whofetched_spark", "scan", "case.toml", "--program", program]
            environment = {**os.environ, "TMPDIR": room, "PYTHONPATH": os.path.join(HERE, "..", "src")}
            driver = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
            while not os.path.exists(os.path.join(folder, "begun")) and driver.poll() is None:
                time.sleep(0.02)
            self.assertEqual(len(os.listdir(room)), 1)
            driver.terminate()
            self.assertEqual(driver.communicate(timeout=60)[1], "whofetched-spark: stopped, there is no report\n")
            self.assertEqual(driver.returncode, 3)
            self.assertEqual(os.listdir(room), [])

    def test_of_a_trace_the_reason_is_told(self) -> None:
        trace = "Job aborted\nTraceback (most recent call last):\n  File x\nModuleNotFoundError: No module named 'pyarrow'\n"
        self.assertEqual(engine.reason(RuntimeError(trace)), "ModuleNotFoundError: No module named 'pyarrow'")


if __name__ == "__main__":
    unittest.main()
