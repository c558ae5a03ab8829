"""The story `elasticsearch`: a cluster that was open for twelve days, looked at by a hundred, read out by one, wiped by another.

An nginx in front of it, put there for encryption and never told to ask for a password, keeps the only log there is:
Elasticsearch itself writes none. nginx stamps the end of a request and counts the bytes of the body.
"""

from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from .bricks import UTC, Actor, Plan, arrivals, daily, write_members, write_truth

SEED = 20200511
LOGS_START = datetime(2020, 5, 10, tzinfo=UTC)
LOGS_DAYS = 15
LOGS_END = datetime(2020, 5, 24, 8, 0, tzinfo=UTC)
OPENED = datetime(2020, 5, 11, 22, 0, tzinfo=UTC)
CLOSED = datetime(2020, 5, 23, 16, 30, tzinfo=UTC)
# The first stranger came eight and a half hours after the cluster was opened.
FOUND = OPENED + timedelta(hours=8, minutes=35, seconds=12)
WIPED = datetime(2020, 5, 19, 3, 40, 9, tzinfo=UTC)
RESTORED = datetime(2020, 5, 20, 9, 0, tzinfo=UTC)

APPLICATION = "192.0.2.20"
BANNER, INDICES, HEALTH, NODES, MAPPING = 533, 297, 388, 4417, 1893
MISSING, DENIED = (404, 455), (401, 188)
AGENTS = ["Mozilla/5.0 zgrab/0.x", "python-requests/2.22.0", "Go-http-client/1.1", "curl/7.64.0", "-", "Mozilla/5.0 (compatible; net-survey/1.1)"]


def is_empty(at: datetime) -> bool:
    """Whether the indices are gone."""
    return WIPED <= at < RESTORED


class Story:
    """The cast and its hits: every request at the cluster is one, because all of it was open."""

    def __init__(self) -> None:
        self.random = Random(SEED)
        self.plan = Plan(OPENED, CLOSED, stamps_end=True)

    def ask(self, actor: Actor, at: datetime, asked: str, size: int, grade: str, status: int = 200) -> None:
        """One request, with where it stands as the arithmetic has it."""
        self.plan.hit(actor, self.plan.place(at, size), at, f"{asked} HTTP/1.1", status, size, grade=grade)

    def look(self, actor: Actor, at: datetime, path: str, size: int, grade: str) -> None:
        """A look by a stranger: before the opening and after the fix it is refused."""
        if OPENED <= at < CLOSED:
            self.ask(actor, at, f"GET {path}", size, grade)
        else:
            self.ask(actor, at, f"GET {path}", DENIED[1], "R", DENIED[0])


def application(story: Story) -> None:
    """The application for which the cluster is there, and the watch kept on it."""
    random = story.random
    own = story.plan.actor(APPLICATION, "lawful", "The application, which comes from the network of its servers.", "elasticsearch-py/7.6.0 (Python 3.7.3)", findings=["elasticsearch"])
    for at in arrivals(random, LOGS_START, LOGS_END, lambda hour: 7 if 7 <= hour.hour < 19 else 1, burst=6):
        if is_empty(at):
            story.ask(own, at, "POST /patients/_search", MISSING[1], "R", MISSING[0])
        else:
            story.ask(own, at, "POST /patients/_search", random.randrange(400, 9000), "F3")
    for hour in range(int((LOGS_END - LOGS_START) / timedelta(hours=1))):
        at = LOGS_START + timedelta(hours=hour, seconds=300 + random.randrange(60))
        if not is_empty(at):
            story.ask(own, at, "POST /_bulk", random.randrange(300, 2500), "W")
    watch = story.plan.actor("198.51.100.250", "self", "The monitor, every twenty minutes.", "uptime-check/1.4", findings=[])
    at = LOGS_START + timedelta(seconds=9)
    while at < LOGS_END:
        story.ask(watch, at, "GET /_cluster/health", HEALTH, "L")
        at += timedelta(minutes=20)


def strangers(story: Story) -> None:
    """A hundred and twenty machines that look for open clusters; most are content with a banner and the names of the indices."""
    random = story.random
    first = story.plan.actor("203.0.113.5", "other", "The first stranger, within nine hours.", AGENTS[0], findings=[])
    story.look(first, FOUND, "/", BANNER, "L")
    for number in range(120):
        client = f"198.18.{random.randrange(256)}.{number + 1}"
        actor = story.plan.actor(client, "other", "A machine that looks for open clusters.", random.choice(AGENTS), findings=[])
        at = FOUND + timedelta(seconds=random.randrange(60, int((LOGS_END - FOUND) / timedelta(seconds=1)) - 60))
        story.look(actor, at, "/", BANNER, "L")
        if random.random() < 0.6:
            story.look(actor, at + timedelta(seconds=1), "/_cat/indices?v", INDICES, "L")
        chance = random.random()
        if chance < 0.15:
            story.look(actor, at + timedelta(seconds=2), "/_nodes", NODES, "L")
        elif chance < 0.25:
            story.look(actor, at + timedelta(seconds=3), "/_mapping", MAPPING, "L")
        elif chance < 0.35 and not is_empty(at):
            story.look(actor, at + timedelta(seconds=3), "/_search?size=5", 4121, "F3")
        elif chance < 0.5:
            story.ask(actor, at + timedelta(seconds=2), "GET /.env", MISSING[1], "R", MISSING[0])


def dump(story: Story) -> None:
    """One client reads everything, a thousand documents at a time."""
    actor = story.plan.actor("203.0.113.66", "other", "Lists the indices and reads all documents by scrolling.", "python-requests/2.22.0", findings=["elasticsearch"])
    at = datetime(2020, 5, 16, 23, 12, 40, tzinfo=UTC)
    story.ask(actor, at, "GET /", BANNER, "L")
    story.ask(actor, at + timedelta(seconds=4), "GET /_cat/indices?v&s=docs.count:desc", INDICES, "L")
    story.ask(actor, at + timedelta(seconds=31), "POST /patients/_search?scroll=5m&size=1000", 613904, "F3")
    for page in range(61):
        at += timedelta(seconds=2)
        story.ask(actor, at + timedelta(seconds=32), "POST /_search/scroll", 600000 + story.random.randrange(30000), "F3")


def wipe(story: Story) -> None:
    """Another deletes the indices and leaves a note. It was never sent a document."""
    actor = story.plan.actor("203.0.113.190", "other", "Deletes both indices and leaves an index as a note.", "-", findings=["elasticsearch"])
    story.ask(actor, WIPED - timedelta(seconds=3), "GET /_cat/indices", INDICES, "L")
    for second, (asked, size) in enumerate([("DELETE /patients", 21), ("DELETE /visits", 21), ("PUT /read_me/_doc/1", 161)]):
        story.ask(actor, WIPED + timedelta(seconds=second), asked, size, "W")


def discovery(story: Story) -> None:
    """The researcher who told the company."""
    actor = story.plan.actor("192.0.2.7", "known", "The researcher: a banner, the names, and a page of ten documents.", "curl/7.64.0", findings=[])
    at = datetime(2020, 5, 22, 10, 2, 0, tzinfo=UTC)
    for second, (path, size, grade) in enumerate([("/", BANNER, "L"), ("/_cat/indices", INDICES, "L"), ("/patients/_search?size=10", 7733, "F3")]):
        story.ask(actor, at + timedelta(seconds=20 * second), f"GET {path}", size, grade)


def make(folder: Path) -> None:
    """Writes the logs of the story and its truth under `folder`."""
    story = Story()
    for scene in (application, strangers, dump, wipe, discovery):
        scene(story)
    members = daily("es.log", LOGS_START, LOGS_DAYS, LOGS_END + timedelta(hours=1))
    files = write_members(folder / "logs", members, story.plan.requests(), set())
    write_truth(folder, story.plan.truth(files, verdict={"code": "A", "finding": "A", "coverage": "not shown"}))
