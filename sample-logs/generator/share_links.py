"""The story `share-links`: links that should have died after seven days and did not.

Two logs tell of the same downloads: that of the HAProxy in front (its time is that of the accepted connection, in
the local time of Paris without saying so, its bytes count the headers, and it says whether a transfer was broken off),
and the events that the file-share appliance exports, one line each, without a status or a size.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from random import Random

from . import visitors
from .bricks import Actor, Hit, Plan, Request, arrivals, daily, empty, write_log, write_truth
from .visitors import BROWSERS

SEED = 20210913
# All of the story is in summer time.
PARIS = timezone(timedelta(hours=2))
START = datetime(2021, 8, 28, tzinfo=PARIS)
DAYS = 19
END = datetime(2021, 9, 15, 9, 0, tzinfo=PARIS)
LIFETIME = timedelta(days=7)
HEADERS = 251
AGENT_NAMES = {"preview": "SkypeUriPreview Preview/0.5", "slack": "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)", "script": "python-requests/2.26.0"}


@dataclass(frozen=True)
class Link:
    """A link: its token, the file behind it with its size, and when it was made."""

    token: str
    name: str
    size: int
    created: datetime

    @property
    def ended(self) -> datetime:
        return self.created + LIFETIME


def at(day: int, *clock: int, month: int = 9) -> datetime:
    """A Paris time of 2021."""
    return datetime(2021, month, day, *clock, tzinfo=PARIS)


LINKS = [
    Link("Qm7ZxT41pa", "tests-week-33.csv", 412_771, at(28, 9, 5, month=8)),
    Link("h2LkV90sWc", "tests-week-34.csv", 388_104, at(30, 9, 2, month=8)),
    Link("Zt5RbN83fe", "tests-week-35.csv", 455_930, at(4, 9, 11)),
    Link("Yc1PgJ67du", "contacts-week-35.csv", 97_318, at(6, 10, 40)),
]


class Story:
    """The cast and its hits, each with the place relative to the life of its link."""

    def __init__(self) -> None:
        self.random = Random(SEED)
        self.actors: list[Actor] = []
        self.events: list[tuple[datetime, str]] = []
        self.plans = {link: Plan(link.created, link.ended, stamps_end=False) for link in LINKS}
        self.plan = Plan(LINKS[0].created, at(13, 18, 0), stamps_end=False)

    def actor(self, client: str, story: str, agent: str, findings: list[str], role: str = "unresolved") -> Actor:
        return self.plan.actor(client, role, story, agent, findings=findings)

    def ask(self, actor: Actor, link: Link, when: datetime, path: str, status: int, size: int, grade: str, method: str = "GET", took: float = 0.045) -> None:
        """A request at the load balancer, whose clock has milliseconds: all that lies under a link is of the link."""
        plan, when = self.plans[link], when.replace(microsecond=1000 * self.random.randrange(1, 1000))
        plan.hit(actor, plan.place(when, size, took), when, f"{method} /s/{link.token}{path} HTTP/1.1", status, size, took=took, grade=grade)

    def page(self, actor: Actor, link: Link, when: datetime) -> None:
        """The page with the name of the file and a field for the password."""
        self.ask(actor, link, when, "", 200, 5812 + HEADERS, "L")

    def download(self, actor: Actor, link: Link, when: datetime) -> None:
        """The page, the password and the file; the appliance notes that the file was accessed."""
        self.page(actor, link, when)
        self.ask(actor, link, when + timedelta(seconds=9), "/authenticate", 302, 344, "R", "POST")
        took = self.random.randrange(300, 2400) / 1000
        when += timedelta(seconds=10)
        self.ask(actor, link, when, "/download", 200, link.size + HEADERS, "F1", took=took)
        # The appliance writes whole seconds, and puts an offset behind them.
        port = self.random.randrange(20000, 60000)
        self.event(actor, link, when, f"The file {link.name} was accessed anonymously from IP {actor.client}:{port}")

    def event(self, actor: Actor, link: Link, when: datetime, text: str) -> None:
        """An event of the appliance, which names the file and says nothing of a status."""
        self.events.append((when, f"{when:%Y-%m-%d %H:%M:%S} +0200 {text}"))
        where = self.plans[link].place(when, 0)
        actor.hits.append(Hit(where, Request(when, actor.client, f"ACCESSED /{link.name}", "-", 0), "U"))


def receivers(story: Story) -> None:
    """Those for whom the links were made, and the machines of their mail and chat programs."""
    random = story.random
    maker = story.actor("-", "Whoever made the links: of that the appliance logs no address.", "-", [])
    for link in LINKS:
        story.event(maker, link, link.created, f"{link.name} was shared via public link for 7 days")
    for number, link in enumerate(LINKS):
        receiver = story.actor(f"192.0.2.{70 + number}", "The receiver of a link, who comes within a day.", BROWSERS[number], ["shared-link"] if link == LINKS[3] else [])
        story.download(receiver, link, link.created + timedelta(hours=random.randrange(1, 20), minutes=random.randrange(60)))
    for client, agent, link in [("198.18.4.4", AGENT_NAMES["preview"], LINKS[0]), ("198.18.9.7", AGENT_NAMES["slack"], LINKS[2])]:
        robot = story.actor(client, "A machine that looks at a link for a preview: it sees the page, not the file.", agent, [])
        story.page(robot, link, link.created + timedelta(minutes=3, seconds=12))


def the_rest(story: Story) -> None:
    """Those who came too late, and a link that went from hand to hand."""
    collector = story.actor("203.0.113.66", "Fetches three links days after their end, one after another.", AGENT_NAMES["script"], ["expired-link"])
    for number, link in enumerate(LINKS[:3]):
        story.download(collector, link, at(12, 3, 20 + number, 7))
    late = story.actor("192.0.2.90", "A receiver back from leave, two days after the end of a link.", BROWSERS[4], ["expired-link"])
    story.download(late, LINKS[1], at(8, 8, 31, 40))
    guesser = story.actor("203.0.113.150", "Looks at the page of a link that has ended, and does not know the password.", BROWSERS[1], [])
    story.page(guesser, LINKS[0], at(9, 22, 14, 2))
    for number in range(6):
        story.ask(guesser, LINKS[0], at(9, 22, 15, 10 * number), "/authenticate", 403, 612, "R", "POST")
    for number in range(9):
        hand = story.actor(f"198.18.60.{10 + number}", "One of many who were handed a link within its life.", BROWSERS[number % 7], ["shared-link"])
        story.download(hand, LINKS[3], at(7, 11 + number, 3 * number, 5))


def haproxy(request: Request) -> str:
    """A line of HAProxy as syslog wrote it down: local time without an offset, and a captured agent."""
    month = ["Aug", "Sep"][request.at.month - 8]
    millis = round((request.took or 0.02) * 1000)
    server = "be_share/app1" if request.status != 400 else "be_share/<NOSRV>"
    return (
        f"{month} {request.at.day:2} {request.at:%H:%M:%S} lb1 haproxy[1402]: {request.client}:{20000 + hash_of(request) % 40000} "
        f"[{request.at.day:02}/{month}/{request.at.year}:{request.at:%H:%M:%S}.{request.at.microsecond // 1000:03}] fe_https~ {server} "
        f'0/0/1/{max(1, millis - 12)}/{millis} {request.status} {request.size} - - ---- 12/9/2/1/0 0/0 {{{request.agent.replace("|", "")}}} "{request.asked}"'
    )


def hash_of(request: Request) -> int:
    """A number of a request that is the same in every run; Python's own hash is not."""
    return sum(request.client.encode()) * 31 + request.at.second * 977 + request.at.minute * 101


def around(random: Random) -> list[Request]:
    """Staff and partners at the site of the appliance, and machines at its doors."""
    found: list[Request] = []
    pages = [("/", 3120), ("/login", 5077), ("/static/share.css", 8714), ("/static/share.js", 41027)]
    for when in arrivals(random, START, END, lambda hour: 14 if 7 <= hour.hour < 19 else 2, burst=8):
        client, agent = visitors.benchmark_address(random), random.choice(BROWSERS)
        for second, (path, size) in enumerate(pages[: random.randrange(1, 5)]):
            found.append(Request(when + timedelta(seconds=second), client, f"GET {path} HTTP/1.1", 200, size + HEADERS, "-", agent))
    for when in arrivals(random, START, END, lambda hour: 0.7, burst=2):
        found += visitors.probes(random, when, {}, (404, 612))
    return found


def make(folder: Path) -> None:
    """Writes both logs of the story and its truth under `folder`."""
    story = Story()
    receivers(story)
    the_rest(story)
    served = [request for request in story.plan.requests() if request.status != "-"]
    requests = sorted(around(Random(SEED + 1)) + served, key=lambda request: request.at)
    logs = folder / "logs"
    empty(logs)
    files = []
    for member in daily("haproxy.log", START, DAYS, END + timedelta(hours=1)):
        files.append(write_log(logs, member.name, [haproxy(request) for request in requests if member.start <= request.at < member.end]))
    files.append(write_log(logs, "events.txt", [line for _, line in sorted(story.events)]))
    write_truth(folder, story.plan.truth(files, verdict={"code": "B1", "finding": "B1", "coverage": "not shown"}))
