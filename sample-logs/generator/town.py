"""The site that several stories share: a town's forms, on which a folder lay open, and whose logs lack something.

nginx writes its stamp when the answer has been sent and counts the bytes of the body. The folder holds one export
for each month. The administrator looked at it three times, and wrote down when; a monitor asks for the home page
every five minutes. Each story says who came besides, and what its logs lack.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from . import visitors
from .bricks import UTC, Actor, Member, Plan, Request, combined, daily, write_log, write_members, write_truth
from .visitors import BROWSERS, Site

START = datetime(2024, 2, 1, tzinfo=UTC)
DAYS = 14
END = datetime(2024, 2, 14, 10, 0, tzinfo=UTC)
OPENED = datetime(2024, 2, 4, 8, 0, tzinfo=UTC)
CLOSED = datetime(2024, 2, 12, 16, 0, tzinfo=UTC)

FOLDER = "/exports/"
LISTING = 1180
FILES = {f"residents-2023-{month:02}.csv": 14000 + 731 * month for month in range(1, 13)}
REFUSED, MISSING, LOCKED = (403, 153), (404, 153), (401, 179)
ADMINISTRATOR = "192.0.2.10"
CONTROLS = [datetime(2024, 2, day, hour, 12, 30, tzinfo=UTC) for day, hour in [(5, 9), (8, 14), (11, 10)]]
SITE = Site(
    "forms.town.example",
    pages=[("/", 8114), ("/opening-hours/", 4872), ("/passports/", 9406), ("/parking/", 7154)],
    assets=[("/style.css", 5214)],
    answers={"/.git/HEAD": REFUSED, "/.env": REFUSED},
)


def by_hour(hour: datetime) -> float:
    """Visits in an hour: forty by day, a handful at night."""
    return 40 if 7 <= hour.hour < 20 else 18 if hour.hour in (6, 20, 21) else 6


@dataclass
class Town:
    """One story of the site."""

    seed: int
    start: datetime = START
    days: int = DAYS
    opened: datetime = OPENED
    controls: list[datetime] = field(default_factory=lambda: CONTROLS)
    # Whether the case states the sizes of the exports, so that a whole one can be told.
    has_sizes: bool = False

    def __post_init__(self) -> None:
        self.plan = Plan(self.opened, CLOSED, stamps_end=True)
        if self.controls:
            administrator = self.actor(ADMINISTRATOR, "known", "The administrator, at the times written down.", "curl/8.5.0")
            for at in self.controls:
                self.fetch(administrator, at, "residents-2023-01.csv")

    def actor(self, client: str, role: str, story: str, agent: str = BROWSERS[3], findings: list[str] | None = None) -> Actor:
        return self.plan.actor(client, role, story, agent, findings=findings or [])

    def ask(self, actor: Actor, at: datetime, asked: str, status: int, size: int, grade: str, referer: str = "-") -> None:
        """One request for the folder or what is in it; where it stands is for the arithmetic to say."""
        self.plan.hit(actor, self.plan.place(at, size), at, f"{asked} HTTP/1.1", status, size, referer, grade=grade)

    def fetch(self, actor: Actor, at: datetime, name: str, referer: str = "-") -> None:
        """A whole export."""
        self.ask(actor, at, f"GET {FOLDER}{name}", 200, FILES[name], "F1" if self.has_sizes else "F3", referer)

    def show(self, actor: Actor, at: datetime) -> None:
        """The names of the exports."""
        self.ask(actor, at, f"GET {FOLDER}", 200, LISTING, "L")

    def refused_before_and_after(self) -> None:
        """Two strangers who came at the wrong time; a third asked for a name that is on no list."""
        early = self.actor("203.0.113.201", "other", "Asks for the folder before it is opened: not there.", "Go-http-client/1.1")
        self.ask(early, self.opened - timedelta(hours=7), f"GET {FOLDER}", *MISSING, "R")
        late = self.actor("203.0.113.202", "other", "Asks for the folder after the fix, and is refused.", "curl/8.5.0")
        self.ask(late, CLOSED + timedelta(hours=3), f"GET {FOLDER}", *REFUSED, "R")

    def requests(self) -> list[Request]:
        """Everything that the server answered, whether or not the logs of the story hold it."""
        random = Random(self.seed)
        found = visitors.noise(random, self.start, END, SITE, by_hour)
        at = self.start + timedelta(seconds=17)
        while at < END:
            found.append(Request(at, "198.51.100.250", "HEAD / HTTP/1.1", 200, 0, "-", "uptime-check/1.4"))
            at += timedelta(minutes=5)
        assert not any(FOLDER in request.asked for request in found), "the noise asks for the folder"
        return found + self.plan.requests()

    def write(self, folder: Path, missing: set[str] = frozenset(), holes: list[tuple[datetime, datetime]] = (), has_copy: bool = False, **truth) -> None:
        """Writes the logs and the truth: `missing` members are lost, and no line of a hole was written.

        A copy is what a second machine was sent while it happened: one file, never rotated.
        """
        requests = self.requests()
        kept = [request for request in requests if not any(start <= request.at < end for start, end in holes)]
        members = daily("access.log", self.start, self.days, END + timedelta(hours=1))
        files = write_members(folder / "logs", members, kept, set(missing))
        if has_copy:
            ordered = sorted(requests, key=lambda request: request.at)
            (folder / "copy").mkdir(exist_ok=True)
            write_log(folder / "copy", "forms.log.gz", [combined(request) for request in ordered])
        lost = [member for member in members if member.name in missing]
        if lost:
            truth["missing"] = [member.name for member in lost]
            truth["hole"] = span(lost[0])
        write_truth(folder, self.plan.truth(files, **truth))


def span(member: Member) -> dict[str, str]:
    """When the lines of a member were written."""
    return {"from": f"{member.start:%Y-%m-%dT%H:%M:%SZ}", "to": f"{member.end:%Y-%m-%dT%H:%M:%SZ}"}


def at(day: int, *clock: int) -> datetime:
    """A time of February 2024."""
    return datetime(2024, 2, day, *clock, tzinfo=UTC)
