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
    user: str = "-"
    # How long it took, in seconds, where the log of the story says so.
    took: float | None = None

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
        f'{request.client} - {request.user} [{stamp(request.at)}] "{request.asked}" {request.status} {request.size} '
        f'"{request.referer}" "{request.agent}"'
    )


def nginx_json(request: Request) -> str:
    """A line of nginx with `escape=json`: an absent value is empty, and the size is that of the body."""
    present = lambda text: "" if text == "-" else text  # noqa: E731 (three words need no function of their own)
    return json.dumps(
        {
            "time_iso8601": request.at.isoformat(),
            "remote_addr": request.client,
            "remote_user": present(request.user),
            "request": request.asked,
            "status": request.status,
            "body_bytes_sent": request.size,
            "request_time": request.took,
            "http_referer": present(request.referer),
            "http_user_agent": present(request.agent),
        },
        separators=(",", ":"),
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


def daily(name: str, first: datetime, days: int, end: datetime) -> list[Member]:
    """A rotation at each midnight from `first` on: `name.1` is yesterday's file, older ones are packed."""
    edges = [first + timedelta(days=day) for day in range(days)] + [end]
    numbered = lambda number: name if number == 0 else f"{name}.{number}" + (".gz" if number > 1 else "")  # noqa: E731
    return [Member(numbered(days - 1 - place), edges[place], edges[place + 1]) for place in range(days)]


def write_members(folder: Path, members: list[Member], requests: list[Request], missing: set[str], line=combined) -> list[dict]:
    """Writes each member but the missing ones into an emptied folder, and returns their names and numbers of lines."""
    empty(folder)
    # Sorting is stable: lines of one second keep the order in which the plan made them.
    ordered = sorted(requests, key=lambda request: request.order)
    files = []
    for member in members:
        lines = [line(request) for request in ordered if member.start <= request.order < member.end]
        if member.name not in missing:
            files.append(write_log(folder, member.name, lines))
    return files


def empty(folder: Path) -> None:
    """Makes a folder for logs, and takes out of it what an earlier run wrote."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*"):
        old.unlink()


def write_log(folder: Path, name: str, lines: list[str]) -> dict:
    """Writes one log, packed where its name says so, and returns its name and number of lines.

    The gzip header carries neither a time nor a name, so that the same lines give the same bytes.
    """
    text = "".join(line + "\n" for line in lines).encode("ascii")
    if name.endswith(".gz"):
        packed = io.BytesIO()
        with gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=packed, mtime=0) as stream:
            stream.write(text)
        text = packed.getvalue()
    (folder / name).write_bytes(text)
    return {"name": f"{folder.name}/{name}", "lines": len(lines)}


@dataclass(frozen=True)
class Hit:
    """A request for what was exposed: where it stands relative to the window, and what it proves was sent."""

    where: str
    request: Request
    grade: str | None = None
    # What a pattern of the case calls the person and the record.
    subject: str | None = None
    record: str | None = None


@dataclass
class Actor:
    """A client that asks for the exposed folder, whose hits are known because they were planned."""

    client: str
    role: str  # the class that a reader of the logs should give it
    story: str
    agent: str = "-"
    user: str = "-"
    # The detectors that should notice it; none are asserted where there is no list.
    findings: list[str] | None = None
    hits: list[Hit] = field(default_factory=list)


class Plan:
    """The planted hits of a story, with where each stands relative to the window [start, end)."""

    def __init__(self, start: datetime, end: datetime, stamps_end: bool):
        self.start, self.end, self.stamps_end = start, end, stamps_end
        self.actors: list[Actor] = []

    def actor(self, client: str, role: str, story: str, agent: str, **more) -> Actor:
        actor = Actor(client, role, story, agent, **more)
        self.actors.append(actor)
        return actor

    def hit(
        self, actor: Actor, where: str, at: datetime, asked: str, status: int, size: int, referer: str = "-",
        took: float | None = None, **proves,
    ) -> None:
        """Plants one hit. `where` is what the author of the story means; the arithmetic must agree with it."""
        assert where == self.place(at, size, took), f"{actor.client} at {at} was meant to be {where}"
        request = Request(at, actor.client, asked, status, size, referer, actor.agent, user=actor.user, took=took)
        actor.hits.append(Hit(where, request, **proves))

    def place(self, at: datetime, size: int, took: float | None = None) -> str:
        """Inside, border or outside.

        Where no duration is logged the transfer is assumed to have run at 16 KiB a second, for at least one second
        and at most an hour; both ends of it are widened by the second that is the clock's unit.
        """
        if self.start <= at < self.end:
            return "inside"
        seconds = math.ceil(took) if took is not None else min(3600.0, max(1.0, size / 16384))
        span = timedelta(seconds=seconds)
        unit = timedelta(seconds=1)
        earliest = at - (span if self.stamps_end else timedelta()) - unit
        latest = at + (timedelta() if self.stamps_end else span) + unit
        return "border" if earliest < self.end and latest >= self.start else "outside"

    def requests(self) -> list[Request]:
        return [hit.request for actor in self.actors for hit in actor.hits]

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
    """An instant as a report writes it, with its milliseconds where it has any."""
    fraction = f".{at.microsecond // 1000:03}" if at.microsecond else ""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}{fraction}Z"


def gave_content(hit: Hit) -> bool:
    """Whether content left the server: by the grade, or an answered GET or POST with a body and a status that carries one."""
    if hit.grade:
        return hit.grade in ("F1", "F2", "F3", "P", "L")
    request = hit.request
    carries = 200 <= request.status < 300 and request.status not in (204, 205, 207)
    return carries and request.asked.split(" ")[0] in ("GET", "POST") and request.size > 0


def tally(values) -> dict[str, int]:
    """How often each value occurs, by its name."""
    found = [str(value) for value in values]
    return {value: found.count(value) for value in sorted(set(found))}


def summary(actor: Actor) -> dict:
    """One client of `truth.json`. Statuses, bytes, times and grades are those of the hits inside the window."""
    inside = sorted((hit for hit in actor.hits if hit.where == "inside"), key=lambda hit: hit.request.at)
    given = [hit for hit in inside if gave_content(hit)]
    found = {
        "client": actor.client,
        "class": actor.role,
        **{place: sum(hit.where == place for hit in actor.hits) for place in ("inside", "border", "outside")},
        "by_status": tally(hit.request.status for hit in inside),
        "bytes": sum(hit.request.size for hit in given),
        "first": utc(inside[0].request.at) if inside else None,
        "last": utc(inside[-1].request.at) if inside else None,
        "story": actor.story,
    }
    if all(hit.grade for hit in actor.hits):
        found["grades"] = tally(hit.grade for hit in inside)
        for key in ("subject", "record"):
            found[f"{key}s"] = len({getattr(hit, key) for hit in given} - {None})
    if actor.findings is not None:
        found["findings"] = sorted(actor.findings)
    return found


def write_truth(folder: Path, truth: dict) -> None:
    (folder / "truth.json").write_text(json.dumps(truth, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
