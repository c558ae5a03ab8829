"""What every story is built from: lines, the way servers write them, rotation, and the truth.

Nothing here reads a log. The truth is gathered from the plan of a story while its lines are made, so that it can
be held against any program that reads the logs afterwards.
"""

import gzip
import io
import json
import math
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from random import Random

UTC = timezone.utc

# Month names are spelt out because `%b` of strftime follows the locale, and servers do not.
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


@dataclass(frozen=True)
class Request:
    """One line to be: what was asked, what was answered, and the instant that the server stamps.

    `asked`, `referer` and `agent` are already escaped as the server of the story escapes them.
    """

    at: datetime
    client: str
    asked: str
    status: int
    size: int
    referer: str = "-"
    agent: str = "-"
    # The instant at which the line is written, where the server stamps another one (Apache stamps the start).
    written: datetime | None = None

    @property
    def order(self) -> datetime:
        """Lines stand in a log in the order in which they were written, whatever they are stamped with."""
        return self.written or self.at


def stamp(at: datetime) -> str:
    """The bracketed time of the common log format, such as `27/Aug/2021:22:30:00 +0200`."""
    return f"{at.day:02}/{MONTHS[at.month - 1]}/{at.year}:{at:%H:%M:%S} {at:%z}"


def combined(request: Request) -> str:
    """A line of the combined format, which nginx and Apache share but for what they mean by time and bytes."""
    return (
        f'{request.client} - - [{stamp(request.at)}] "{request.asked}" {request.status} {request.size} '
        f'"{request.referer}" "{request.agent}"'
    )


def nginx_escape(raw: bytes) -> str:
    """Quotes, backslashes, control bytes and bytes above 126 become `\\xHH` in upper case."""
    return "".join(f"\\x{byte:02X}" if byte < 32 or byte > 126 or byte in b'"\\' else chr(byte) for byte in raw)


def apache_escape(raw: bytes) -> str:
    """Quotes and backslashes are preceded by a backslash; other bytes have a letter or `\\xhh` in lower case."""
    letters = {8: "\\b", 9: "\\t", 10: "\\n", 11: "\\v", 13: "\\r", 34: '\\"', 92: "\\\\"}
    return "".join(letters.get(byte) or (chr(byte) if 32 <= byte < 127 else f"\\x{byte:02x}") for byte in raw)


def poisson(random: Random, mean: float) -> int:
    """How many events fall into a span in which `mean` are expected (Knuth's method, for small means)."""
    limit, product, count = math.exp(-mean), random.random(), 0
    while product > limit:
        product *= random.random()
        count += 1
    return count


def arrivals(random: Random, start: datetime, end: datetime, rate, burst: float) -> list[datetime]:
    """The instants at which visits begin, `rate(hour)` an hour on average.

    The rate of each hour is multiplied by a gamma draw of mean 1 and shape `burst`: real sites are burstier than
    Poisson, and a test for silence that has only seen Poisson traffic has not been tested.
    """
    found, hour = [], start
    while hour < end:
        mean = rate(hour) * random.gammavariate(burst, 1 / burst)
        for _ in range(poisson(random, mean)):
            at = hour + timedelta(seconds=random.randrange(3600))
            if at < end:
                found.append(at)
        hour += timedelta(hours=1)
    return sorted(found)


@dataclass(frozen=True)
class Member:
    """One file of a rotation family, and the span of writing that it holds."""

    name: str
    start: datetime
    end: datetime


def write_members(folder: Path, members: list[Member], requests: list[Request], missing: set[str]) -> list[dict]:
    """Writes each member but the missing ones, and returns their names and numbers of lines.

    The gzip header carries neither a time nor a name, so that the same lines give the same bytes.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*"):
        old.unlink()
    # Sorting is stable: lines of one second keep the order in which the plan made them.
    ordered = sorted(requests, key=lambda request: request.order)
    files = []
    for member in members:
        lines = [combined(request) for request in ordered if member.start <= request.order < member.end]
        if member.name in missing:
            continue
        text = "".join(line + "\n" for line in lines).encode("ascii")
        if member.name.endswith(".gz"):
            packed = io.BytesIO()
            with gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=packed, mtime=0) as stream:
                stream.write(text)
            text = packed.getvalue()
        (folder / member.name).write_bytes(text)
        files.append({"name": f"logs/{member.name}", "lines": len(lines)})
    return files


@dataclass
class Actor:
    """A client that asks for the exposed folder, whose hits are known because they were planned."""

    client: str
    role: str  # other, known, crawler or self: the class that a reader of the logs should give it
    story: str
    agent: str = "-"
    hits: list[tuple[str, Request]] = field(default_factory=list)


class Plan:
    """The planted hits of a story, with where each stands relative to the window [start, end)."""

    def __init__(self, start: datetime, end: datetime, stamps_end: bool):
        self.start, self.end, self.stamps_end = start, end, stamps_end
        self.actors: list[Actor] = []

    def actor(self, client: str, role: str, story: str, agent: str) -> Actor:
        actor = Actor(client, role, story, agent)
        self.actors.append(actor)
        return actor

    def hit(self, actor: Actor, where: str, at: datetime, asked: str, status: int, size: int, referer: str = "-") -> None:
        """Plants one hit. `where` is what the author of the story means; the arithmetic must agree with it."""
        assert where == self.place(at, size), f"{actor.client} at {at} was meant to be {where}"
        actor.hits.append((where, Request(at, actor.client, asked, status, size, referer, actor.agent)))

    def place(self, at: datetime, size: int) -> str:
        """Inside, border or outside, where no duration is logged.

        The transfer is then assumed to have run at 16 KiB a second, for at least one second and at most an hour;
        both ends of it are widened by the second that is the clock's unit.
        """
        if self.start <= at < self.end:
            return "inside"
        took = timedelta(seconds=min(3600.0, max(1.0, size / 16384)))
        unit = timedelta(seconds=1)
        earliest = at - (took if self.stamps_end else timedelta()) - unit
        latest = at + (timedelta() if self.stamps_end else took) + unit
        return "border" if earliest < self.end and latest >= self.start else "outside"

    def requests(self) -> list[Request]:
        return [request for actor in self.actors for _, request in actor.hits]

    def truth(self, files: list[dict], **more) -> dict:
        """What a reader of the logs should find, as `truth.json` holds it."""
        return {
            "window": {"from": utc(self.start), "to": utc(self.end)},
            "clients": [summary(actor) for actor in self.actors],
            "lines": sum(file["lines"] for file in files),
            "files": files,
            **more,
        }


def utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def gave_content(request: Request) -> bool:
    """Whether content left the server: an answered GET or POST with a body, and a status that carries one."""
    carries = 200 <= request.status < 300 and request.status not in (204, 205, 207)
    return carries and request.asked.split(" ")[0] in ("GET", "POST") and request.size > 0


def summary(actor: Actor) -> dict:
    """One client of `truth.json`. Statuses, bytes and times are those of the hits inside the window."""
    inside = sorted((hit for where, hit in actor.hits if where == "inside"), key=lambda hit: hit.at)
    statuses = sorted({hit.status for hit in inside})
    return {
        "client": actor.client,
        "class": actor.role,
        **{place: sum(where == place for where, _ in actor.hits) for place in ("inside", "border", "outside")},
        "by_status": {str(status): sum(hit.status == status for hit in inside) for status in statuses},
        "bytes": sum(hit.size for hit in inside if gave_content(hit)),
        "first": utc(inside[0].at) if inside else None,
        "last": utc(inside[-1].at) if inside else None,
        "story": actor.story,
    }


def write_truth(folder: Path, truth: dict) -> None:
    (folder / "truth.json").write_text(json.dumps(truth, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
