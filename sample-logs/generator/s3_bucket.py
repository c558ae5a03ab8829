"""The story `s3-bucket`: a bucket that anyone could list, and its server access log.

The store delivers its log by best effort: many small objects under one prefix, lines of one object in no order, and
some of them hours late. Its time is that of receipt; it logs what was sent and how large the object is.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from .bricks import UTC, Actor, Plan, Request, arrivals, empty, stamp, write_log, write_truth

SEED = 20220307
LOGS_START = datetime(2022, 3, 5, tzinfo=UTC)
LOGS_END = datetime(2022, 3, 17, tzinfo=UTC)
OPENED = datetime(2022, 3, 7, 9, 12, 0, tzinfo=UTC)
CLOSED = datetime(2022, 3, 15, 17, 0, 0, tzinfo=UTC)
# An object of the log holds what had been delivered in so many hours.
SLOT = timedelta(hours=8)

OWNER, BUCKET = "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be", "clinic-exports"
HOST = f"{BUCKET}.s3.eu-west-3.amazonaws.com"
ROLE = "arn:aws:sts::111122223333:assumed-role/reporting/i-0abc"


@dataclass(frozen=True)
class Asked:
    """What the store logs beside an ordinary request."""

    operation: str
    key: str
    error: str
    whole: str
    id: str


class Story:
    """The cast and its hits: the whole bucket was open, so every line is one."""

    def __init__(self) -> None:
        self.random = Random(SEED)
        self.plan = Plan(OPENED, CLOSED, stamps_end=False)
        self.asked: dict[int, Asked] = {}
        sizes = Random(36)
        self.objects = {f"exports/2022-{month:02}/patients-{part:02}.csv": sizes.randrange(90_000, 900_000) for month in (1, 2) for part in range(15)}

    def ask(self, actor: Actor, at: datetime, operation: str, key: str, status: int, size: int, grade: str, query: str = "", error: str = "-", whole: str = "-") -> None:
        """One request. Where it stands is for the arithmetic to say: the store logs how long each took."""
        method = operation.split(".")[1]
        took = self.random.randrange(12, 400) / 1000
        self.plan.hit(actor, self.plan.place(at, size, took), at, f"{method} /{key}{query} HTTP/1.1", status, size, took=took, grade=grade)
        request = actor.hits[-1].request
        name = f"{self.random.randrange(16 ** 16):016X}"
        self.asked[id(request)] = Asked(operation, key or "-", error, whole, name)

    def get(self, actor: Actor, at: datetime, key: str, sent: int | None = None) -> None:
        """An object, whole unless the client broke off."""
        size = self.objects[key]
        sent = size if sent is None else sent
        self.ask(actor, at, "REST.GET.OBJECT", key, 200, sent, "F1" if sent == size else "P", whole=str(size))

    def list(self, actor: Actor, at: datetime, query: str = "?list-type=2", size: int = 9120) -> None:
        """The names of the objects."""
        self.ask(actor, at, "REST.GET.BUCKET", "", 200, size, "L", query)

    def refuse(self, actor: Actor, at: datetime, operation: str, key: str = "") -> None:
        """What is not allowed."""
        self.ask(actor, at, operation, key, 403, 243, "R", error="AccessDenied")

    def line(self, request: Request) -> str:
        """A line of the log, in the order of the manual."""
        asked = self.asked[id(request)]
        sent = request.size or "-"
        millis = round(request.took * 1000)
        return (
            f"{OWNER} {BUCKET} [{stamp(request.at)}] {request.client} {request.user} {asked.id} {asked.operation} {asked.key} "
            f'"{request.asked}" {request.status} {asked.error} {sent} {asked.whole} {millis} {max(1, millis - 7)} "-" "{request.agent}" - '
            f"{asked.id.lower()}= - ECDHE-RSA-AES128-GCM-SHA256 - {HOST} TLSv1.2 - -"
        )


def reporting(story: Story) -> None:
    """The role for which the bucket is there."""
    random, keys = story.random, list(story.objects)
    role = story.plan.actor("192.0.2.20", "lawful", "The reporting role: writes the exports and reads them.", "aws-sdk-java/1.12.150", user=ROLE)
    for at in arrivals(random, LOGS_START, LOGS_END - timedelta(minutes=5), lambda hour: 9 if 6 <= hour.hour < 20 else 1.5, burst=8):
        key = random.choice(keys)
        if random.random() < 0.3:
            story.ask(role, at, "REST.PUT.OBJECT", key, 200, 0, "W", whole=str(story.objects[key]))
        else:
            story.get(role, at, key)


def strangers(story: Story) -> None:
    """Anonymous requesters, before, while and after anyone could list."""
    keys = list(story.objects)
    day = lambda number, *clock: datetime(2022, 3, number, *clock, tzinfo=UTC)  # noqa: E731
    early = story.plan.actor("203.0.113.201", "other", "Tries the name of the bucket before it is opened, and is refused.", "Go-http-client/1.1", findings=[])
    story.refuse(early, day(6, 3, 10, 0), "REST.GET.BUCKET")
    harvester = story.plan.actor(
        "203.0.113.77", "other", "Lists the bucket and takes all thirty objects; one transfer breaks off and is made again.", "Boto3/1.20.24 Python/3.9.7",
        findings=["list-then-get"],
    )
    at = day(11, 2, 30, 11)
    story.list(harvester, at)
    for number, key in enumerate(keys):
        at += timedelta(seconds=2)
        if number == 17:
            story.get(harvester, at, key, 65536)
            at += timedelta(seconds=9)
        story.get(harvester, at, key)
    story.refuse(harvester, day(16, 2, 30, 0), "REST.GET.BUCKET")
    looker = story.plan.actor("198.51.100.23", "other", "Lists the bucket twice, asks how large an object is, and takes nothing.", "S3Scanner", findings=[])
    story.list(looker, day(9, 14, 0, 1))
    story.list(looker, day(9, 14, 0, 3), "?list-type=2&prefix=exports/2022-02/", 4710)
    story.ask(looker, day(9, 14, 0, 8), "REST.HEAD.OBJECT", keys[3], 200, 0, "M", whole=str(story.objects[keys[3]]))
    browser = story.plan.actor("2001:db8:51:7::a1", "other", "Opens one object by its address, and breaks off another.", "Mozilla/5.0 (X11; Linux x86_64; rv:97.0) Gecko/20100101 Firefox/97.0", findings=[])
    story.get(browser, day(13, 20, 1, 7), keys[0])
    story.get(browser, day(13, 20, 2, 40), keys[1], 49152)
    late = story.plan.actor("203.0.113.202", "other", "Comes after the fix, and is refused.", "curl/7.79.1", findings=[])
    story.refuse(late, day(15, 17, 44, 0), "REST.GET.OBJECT", keys[2])


def researcher(story: Story) -> None:
    """The one who told of it."""
    keys = list(story.objects)
    day = lambda number, *clock: datetime(2022, 3, number, *clock, tzinfo=UTC)  # noqa: E731
    researcher = story.plan.actor("192.0.2.7", "known", "The researcher who told of it: the names, and one object.", "aws-cli/2.4.20", findings=[])
    story.list(researcher, day(15, 9, 30, 0))
    story.get(researcher, day(15, 9, 31, 12), keys[29])


def deliver(story: Story, folder: Path) -> list[dict]:
    """Writes the objects of the log: each line lands in the slot of its delivery, one in forty in the one behind it."""
    random = Random(SEED + 1)
    slots: dict[int, list[str]] = {}
    for request in sorted(story.plan.requests(), key=lambda request: request.at):
        late = random.random() < 1 / 40
        slots.setdefault(int((request.at - LOGS_START) / SLOT) + late, []).append(story.line(request))
    empty(folder)
    files = []
    for slot, lines in sorted(slots.items()):
        random.shuffle(lines)
        at = LOGS_START + (slot + 1) * SLOT + timedelta(seconds=random.randrange(60, 900))
        name = f"{at:%Y-%m-%d-%H-%M-%S}-{random.randrange(16 ** 16):016X}"
        files.append(write_log(folder, name, lines))
    return files


def make(folder: Path) -> None:
    """Writes the logs of the story and its truth under `folder`."""
    story = Story()
    reporting(story)
    strangers(story)
    researcher(story)
    files = deliver(story, folder / "logs")
    claims = {"only file names were visible": "contradicted"}
    write_truth(folder, story.plan.truth(files, verdict={"code": "A", "finding": "A", "coverage": "not shown"}, claims=claims))
