"""A plan that `whofetched plan` wrote, and how its splits are dealt out.

A task carries at least so many bytes, so that starting it costs nothing beside
it. The digests of a whole file are the slowest split there is: each is a task
of its own, and the tasks with most bytes come first. Members of one archive
are mapped together: each is reached by walking to it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from .words import Refused

#: The plans that are understood.
SCHEMA = "whofetched-plan/1"

#: The asks that are understood.
ASK_SCHEMA = "whofetched-ask/1"

#: The most splits of a task: each is an argument of the program.
SPLITS_MOST = 10_000


@dataclass(frozen=True)
class Split:
    """A line of a plan."""

    number: int
    path: str
    reads: str
    start: int
    length: int
    #: The archive that it is in or is, where there is one.
    archive: str | None

    @property
    def name(self) -> str:
        """What people call it; `whofetched reduce` says the same."""
        if self.reads == "lines":
            return f"split {self.number} ({self.path}, bytes {self.start} to {self.start + self.length})"
        if self.reads == "digest":
            return f"split {self.number} (the digests of {self.path})"
        return f"split {self.number} ({self.path})"


@dataclass(frozen=True)
class Plan:
    """What is to be read."""

    sha256: str
    tool: str
    folder: str
    splits: Sequence[Split]


@dataclass(frozen=True)
class Group:
    """The splits of one task."""

    splits: tuple[int, ...]
    n_bytes: int
    #: Whether they are better not mapped one by one.
    is_archive: bool


def read(path: str) -> Plan:
    """Reads a plan. Whether it fits the case, the program says itself."""
    digest = hashlib.sha256()
    splits: list[Split] = []
    try:
        with open(path, "rb") as lines:
            first = next(lines, b"")
            digest.update(first)
            head = json.loads(first)
            if head["plan"] != SCHEMA:
                raise Refused(f"{path} is a plan of another version: {head['plan']!r}, and this reads {SCHEMA}")
            archives = [_archive(source) for source in head["sources"]]
            for line in lines:
                digest.update(line)
                splits.append(_split(json.loads(line), archives))
            if len(splits) != head["splits"] or any(at != split.number for at, split in enumerate(splits)):
                raise Refused(f"{path} is cut off or altered: plan anew")
            return Plan(digest.hexdigest(), str(head["tool"]), str(head["folder"]), splits)
    except OSError as error:
        raise Refused(f"{path}: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise Refused(f"{path} is no plan that `whofetched plan` wrote") from error


def asked(path: str, plan: Plan) -> list[Split]:
    """The splits that `whofetched reduce --ask-to` wants mapped again."""
    try:
        with open(path, encoding="utf-8") as lines:
            head = json.loads(next(lines, ""))
            wanted = [plan.splits[json.loads(line)["split"]] for line in lines]
        if head["ask"] != ASK_SCHEMA or len(wanted) != head["splits"]:
            raise Refused(f"{path} is no ask of this version, or is cut off")
        return wanted
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        raise Refused(f"{path} is no ask that `whofetched reduce` wrote") from error


def groups(splits: Iterable[Split], least: int) -> list[Group]:
    """Deals splits out to tasks of at least so many bytes, the largest first."""
    made: list[Group] = []
    # What is not torn apart: a split, or the members of an archive.
    units: dict[str, list[Split]] = {}
    for split in splits:
        if split.archive is None and split.reads == "digest":
            made.append(Group((split.number,), split.length, False))
        else:
            units.setdefault(split.archive or str(split.number), []).append(split)
    now: list[int] = []
    n_bytes, is_archive = 0, False
    for unit in units.values():
        # One walk reads an archive once, however many of its members are wanted.
        n_bytes += max(split.length for split in unit)
        is_archive = is_archive or unit[0].archive is not None
        now += [split.number for split in unit]
        if n_bytes >= least or len(now) >= SPLITS_MOST:
            made += _cut(now, n_bytes, is_archive)
            now, n_bytes, is_archive = [], 0, False
    made += _cut(now, n_bytes, is_archive)
    # A stable order, so that a second run deals out the same.
    return sorted(made, key=lambda group: (-group.n_bytes, group.splits))


def _cut(splits: list[int], n_bytes: int, is_archive: bool) -> list[Group]:
    """A group, or several where it has more splits than a command takes."""
    starts = range(0, len(splits), SPLITS_MOST)
    return [Group(tuple(splits[start : start + SPLITS_MOST]), n_bytes, is_archive) for start in starts]


def _archive(source: dict[str, Any]) -> str | None:
    is_inside = source["member"] is not None or source["container"] is not None
    return json.dumps(source["absolute"]) if is_inside else None


def _split(row: dict[str, Any], archives: list[str | None]) -> Split:
    return Split(
        number=row["split"],
        path=row["path"],
        reads=row["reads"],
        start=row["start"],
        length=row["length"],
        archive=archives[row["source"]],
    )
