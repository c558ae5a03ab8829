"""The partials of a scan as files, and the ledger that says what is in them.

A line for each task: of which round, which splits, where its partial lies and
what its digest is, who mapped it at which try; the last line has the digest of
those before it. Before anything is concluded, every split of the plan must
stand in it once, and the files must be what it says. That tells damage and
mistakes; it is not signed. `whofetched reduce` checks the partials themselves.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Sequence
from typing import Any, BinaryIO

from . import plan as plans
from .words import Refused, count, safe, tail

#: What the ledger calls itself.
SCHEMA = "whofetched-spark-ledger/1"

#: The most bytes of a file of partials: `reduce` takes one at a time into memory.
FILE_BYTES = 256 << 20

#: How many faults are told.
FAULTS_TOLD = 3

#: The files of a work folder.
LEDGER = "ledger.ndjson"
PLAN = "plan.ndjson"


class Ledger:
    """The ledger of a scan that is under way."""

    def __init__(self, folder: str, plan: plans.Plan) -> None:
        self.folder = folder
        self.plan = plan
        self.lines: list[dict[str, Any]] = []

    def take(self, number: int, groups: Sequence[plans.Group], rows: Iterable[Any]) -> None:
        """Takes the rows of a round, each partial whole or not at all."""
        faults: list[str] = []
        there: set[int] = set()
        writer = _Writer(self.folder, number)
        try:
            for row in rows:
                if row["fault"] is not None:
                    there.add(row["number"])
                    faults.append(self._fault(groups[row["number"]], row))
                elif not faults:
                    done = writer.chunk(row)
                    if done is None:
                        continue
                    if row["number"] in there:
                        raise Refused(f"task {row['number']} came twice: Spark gave its rows twice")
                    there.add(row["number"])
                    splits = ranges(groups[row["number"]].splits)
                    who = {"host": row["host"], "attempt": row["attempt"]}
                    self.lines.append({"round": number, "splits": splits, **done, **who})
        finally:
            writer.close()
        if faults:
            more = len(faults) - FAULTS_TOLD
            told = faults[:FAULTS_TOLD] + ([f"and {count(more, 'task')} more"] if more > 0 else [])
            raise Refused("no report: " + "\n".join(told))
        missing = set(range(len(groups))) - there
        if missing or writer.is_open:
            raise Refused(f"no report: of {count(len(missing), 'task')} nothing came: Spark lost rows")

    def close(self) -> None:
        """Writes the ledger down."""
        head = {"ledger": SCHEMA, "plan": self.plan.sha256}
        text = "".join(json.dumps(line, separators=(",", ":")) + "\n" for line in [head, *self.lines])
        last = {"lines": len(self.lines), "sha256": hashlib.sha256(text.encode()).hexdigest()}
        with open(os.path.join(self.folder, LEDGER), "w", encoding="utf-8") as out:
            out.write(text + json.dumps(last, separators=(",", ":")) + "\n")

    def _fault(self, group: plans.Group, row: Any) -> str:
        split, _, why = str(row["fault"]).partition(":")
        names = [self.plan.splits[number].name for number in ([int(split)] if split else group.splits)]
        of = names[0] if len(names) == 1 else f"{names[0]} and {count(len(names) - 1, 'split')} more"
        tries = count(int(row["attempt"]) + 1, "try").replace("trys", "tries")
        return f"{safe(of)}, on {safe(str(row['host']))} after {tries}: {tail(why)}"


class _Writer:
    """Puts chunks together and partials one behind the other into files."""

    def __init__(self, folder: str, number: int) -> None:
        self.folder = folder
        self.number = number
        self.place = 0
        self.file: BinaryIO | None = None
        self.name = ""
        #: The partial that is being written: its task, its next chunk, its digest and where it began.
        self.now: tuple[int, int] | None = None
        self.digest = hashlib.sha256()
        self.begin = 0

    @property
    def is_open(self) -> bool:
        return self.now is not None

    def chunk(self, row: Any) -> dict[str, Any] | None:
        """Writes a chunk; where it is the last of a partial, gives what the ledger says of that."""
        file = self.file or self._next()
        if self.now is None:
            self.digest = hashlib.sha256()
            self.begin = file.tell()
        if (row["number"], row["chunk"]) != (self.now or (row["number"], 0)):
            raise Refused(f"task {row['number']}: its chunks came out of order")
        data = bytes(row["data"])
        self.digest.update(data)
        file.write(data)
        if row["chunk"] + 1 < row["chunks"]:
            self.now = (row["number"], row["chunk"] + 1)
            return None
        self.now = None
        n_bytes = file.tell() - self.begin
        if self.digest.hexdigest() != row["sha256"] or n_bytes != row["n_bytes"]:
            raise Refused(f"task {row['number']}: its partial was damaged on the way here")
        if file.tell() >= FILE_BYTES:
            self.close()
        return {"file": self.name, "offset": self.begin, "bytes": n_bytes, "sha256": row["sha256"]}

    def close(self) -> None:
        if self.file:
            self.file.close()
        self.file = None

    def _next(self) -> BinaryIO:
        self.name = f"round-{self.number}-{self.place}.part"
        self.place += 1
        self.file = open(os.path.join(self.folder, self.name), "xb")  # noqa: SIM115
        return self.file


def check(folder: str) -> list[str]:
    """Checks a ledger against its plan and its files, and gives the files of partials.

    Raises `Refused` where a split is missing or there twice, or anything is
    not what the ledger says.
    """
    path = os.path.join(folder, LEDGER)
    plan = plans.read(os.path.join(folder, PLAN))
    lines = _lines(path, plan)
    files: dict[str, int] = {}
    rounds: dict[int, list[int]] = {}
    try:
        for line in lines:
            name, offset = str(line["file"]), files.get(str(line["file"]), 0)
            if os.path.basename(name) != name or line["offset"] != offset:
                raise Refused(f"{path}: {name} has a gap, or something twice, at byte {offset}")
            files[name] = offset + int(line["bytes"])
            rounds.setdefault(int(line["round"]), []).extend(numbers(line["splits"]))
            _is_as_said(folder, line)
    except (KeyError, TypeError, ValueError) as error:
        raise Refused(f"{path} has a line that it was not written with") from error
    for name, n_bytes in files.items():
        if os.path.getsize(os.path.join(folder, name)) != n_bytes:
            raise Refused(f"{name} is not as long as the ledger says")
    asks = sum(name.startswith("ask-") for name in os.listdir(folder))
    for number in range(asks + 1):
        wanted = plan.splits if number == 0 else plans.asked(os.path.join(folder, ask(number)), plan)
        _has_each_once(sorted(rounds.pop(number, [])), sorted(split.number for split in wanted), plan)
    if rounds:
        raise Refused(f"{path}: round {min(rounds)} was not asked for")
    return [os.path.join(folder, name) for name in files]


def ask(number: int) -> str:
    """The file that says what a round is asked, the first of which is the plan itself."""
    return f"ask-{number}.ndjson"


def _lines(path: str, plan: plans.Plan) -> list[dict[str, Any]]:
    try:
        with open(path, encoding="utf-8") as file:
            text = file.readlines()
        rows: list[dict[str, Any]] = [json.loads(line) for line in text]
        head, last = rows[0], rows[-1]
        digest = hashlib.sha256("".join(text[:-1]).encode()).hexdigest()
        if head["ledger"] != SCHEMA or head["plan"] != plan.sha256:
            raise Refused(f"{path} is the ledger of another plan, or of another version")
        if last != {"lines": len(rows) - 2, "sha256": digest}:
            raise Refused(f"{path} was altered: a line is missing, doubled or changed")
        return rows[1:-1]
    except OSError as error:
        raise Refused(f"{path}: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise Refused(f"{path} is no ledger") from error


def _is_as_said(folder: str, line: dict[str, Any]) -> None:
    digest = hashlib.sha256()
    try:
        with open(os.path.join(folder, line["file"]), "rb") as file:
            file.seek(line["offset"])
            left = int(line["bytes"])
            while data := file.read(min(left, 1 << 20)):
                digest.update(data)
                left -= len(data)
    except OSError as error:
        raise Refused(f"{safe(str(line['file']))}: {error.strerror}") from error
    if digest.hexdigest() != line["sha256"]:
        raise Refused(f"{line['file']} was altered: splits {line['splits']} do not have their digest")


def _has_each_once(there: list[int], wanted: list[int], plan: plans.Plan) -> None:
    doubled = sorted({one for one, other in zip(there, there[1:]) if one == other})
    if doubled:
        raise Refused(f"{_names(doubled, plan)}: there twice")
    missing = sorted(set(wanted) - set(there))
    if missing:
        raise Refused(f"{_names(missing, plan)}: missing")
    if there != wanted:
        raise Refused("the ledger has splits that nobody asked for")


def _names(splits: list[int], plan: plans.Plan) -> str:
    more = f" and {count(len(splits) - 1, 'split')} more" if len(splits) > 1 else ""
    return safe(plan.splits[splits[0]].name) + more


def ranges(splits: Iterable[int]) -> str:
    """`0,3-17`: what splits a task has, in its order."""
    said: list[list[int]] = []
    for split in splits:
        if said and split == said[-1][1] + 1:
            said[-1][1] = split
        else:
            said.append([split, split])
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in said)


def numbers(said: str) -> list[int]:
    """What `ranges` wrote."""
    found: list[int] = []
    for each in said.split(","):
        first, _, last = each.partition("-")
        found += range(int(first), int(last or first) + 1)
    return found
