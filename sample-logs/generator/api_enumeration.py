"""The story `api-enumeration`: an interface for letters to patients that asked nobody who they were.

nginx writes one JSON object a line, with the time of the end of the request, how long it took, the bytes of the
body, and the user whom the application recognised by the session. The application recognised users and never
asked whether the letter was theirs, nor whether there was a user at all.

`api_no_identity` tells the same story with a log that holds no user.
"""

from datetime import datetime, timedelta, timezone
from pathlib import Path
from random import Random

from . import visitors
from .bricks import UTC, Actor, Hit, Plan, Request, arrivals, daily, nginx_json, write_members, write_truth
from .visitors import BROWSERS, Site

SEED = 20241028
LOGS_START = datetime(2024, 10, 26, tzinfo=UTC)
LOGS_DAYS = 16
LOGS_END = datetime(2024, 11, 10, 9, 30, tzinfo=UTC)
OPENED = datetime(2024, 10, 28, 6, 0, tzinfo=UTC)
CLOSED = datetime(2024, 11, 8, 18, 0, tzinfo=UTC)

CLAIM = "there is no evidence that anyone else saw the letters"
APP = "LettersApp/4.2 (okhttp)"
SITE = Site(
    "portal.hospital-letters.example",
    pages=[("/", 5120), ("/sign-in", 3377), ("/help", 6842), ("/privacy", 9406)],
    assets=[("/static/app.css", 8214), ("/static/app.js", 30883), ("/static/logo.svg", 2288)],
)

# Numbers of patients are given in a row; letters are numbered over all patients, and many numbers are no longer used.
FIRST_PATIENT, PATIENTS = 61200, 900
GONE = (404, 61)


class Register:
    """Who has which letters, with the size of each answer. It has a generator of its own, so that the noise cannot move it."""

    def __init__(self) -> None:
        random = Random(4711)
        self.letters: dict[int, list[int]] = {}
        self.sizes: dict[int, int] = {}
        numbers = random.sample(range(840000, 849999), PATIENTS * 2)
        for patient in range(FIRST_PATIENT, FIRST_PATIENT + PATIENTS):
            # One in ten has left the hospital.
            own = [] if random.random() < 0.1 else [numbers.pop() for _ in range(random.randrange(1, 3))]
            self.letters[patient] = own
            for letter in own:
                self.sizes[letter] = random.randrange(900, 4200)

    def patients(self) -> list[int]:
        """Patients with letters."""
        return [patient for patient, letters in self.letters.items() if letters]


class Story:
    """The cast and its hits. `identity`: the log names the user of a request."""

    def __init__(self, identity: bool):
        self.identity = identity
        self.random = Random(SEED)
        self.register = Register()
        self.plan = Plan(OPENED, CLOSED, stamps_end=True)

    def actor(self, client: str, role: str, story: str, agent: str = APP, user: str = "-", findings: list[str] | None = None) -> Actor:
        """Someone. Where the log holds no user it cannot tell the lawful from the rest."""
        if not self.identity:
            user, role = "-", "unresolved" if role in ("lawful", "other") else role
        return self.plan.actor(client, role, story, agent, user=user, findings=findings or [])

    def ask(self, actor: Actor, where: str, at: datetime, patient: int, letter: int | None = None) -> datetime:
        """Asks for the letters of a patient, or for one of them; returns when it has the answer."""
        path, known = f"/api/v2/patients/{patient}/letters", self.register.letters.get(patient, [])
        if letter is None:
            status, size = (200, 40 + 70 * len(known)) if known else GONE
        else:
            path += f"/{letter}"
            status, size = (200, self.register.sizes[letter]) if letter in known else GONE
        proves = {"grade": "F3" if status == 200 else "R", "subject": str(patient), "record": str(letter) if letter else None}
        took = self.random.randrange(8, 90) / 1000
        self.plan.hit(actor, where, at, f"GET {path} HTTP/1.1", status, size, "-", took, **proves)
        return at + timedelta(seconds=took)

    def patient(self, actor: Actor, at: datetime, patient: int) -> None:
        """A look at one's own letters."""
        self.ask(actor, self.plan.place(at, 0, 0.01), at, patient)
        for letter in self.register.letters[patient]:
            at += timedelta(seconds=self.random.randrange(2, 40))
            self.ask(actor, self.plan.place(at, 0, 0.01), at, patient, letter)


def by_hour(hour: datetime) -> float:
    """Visits in an hour: by day, fewer at weekends."""
    day = [1, 1, 1, 1, 1, 1, 3, 6, 9, 10, 9, 8, 8, 8, 8, 9, 9, 9, 8, 7, 6, 5, 3, 2][hour.hour]
    return day * (0.5 if hour.weekday() > 4 else 1)


def lawful(story: Story) -> None:
    """Those for whom the interface was made."""
    random, patients = story.random, story.register.patients()
    homes: dict[str, Actor] = {}
    for at in arrivals(random, LOGS_START, LOGS_END, lambda hour: by_hour(hour) / 6, burst=6):
        patient = random.choice(patients)
        client = visitors.home_address(random)
        actor = homes.get(client) or story.actor(client, "lawful", "A patient who reads letters at home.", user=f"p{patient}")
        homes[client] = actor
        story.patient(actor, at, patient)
    clinic = story.actor("192.0.2.130", "lawful", "A clinic: forty people behind one address, who look up whoever comes.", BROWSERS[1], "clinic")
    for at in arrivals(random, LOGS_START, LOGS_END, lambda hour: 1.5 if 7 <= hour.hour < 17 and hour.weekday() < 5 else 0, burst=8):
        story.patient(clinic, at, random.choice(patients))
    secretary = story.actor("198.51.100.9", "lawful", "A secretary at home, who works through a list of a hundred patients in one day.", BROWSERS[3], "s.clerk")
    at = datetime(2024, 11, 5, 8, 0, 4, tzinfo=UTC)
    for patient in random.sample(patients, 100):
        story.patient(secretary, at, patient)
        at += timedelta(seconds=random.randrange(120, 300))
    monitor = story.actor("198.51.100.250", "self", "The monitor, which reads the letter of a test patient every hour.", "uptime-check/1.4")
    at = LOGS_START + timedelta(seconds=11)
    while at < LOGS_END:
        story.ask(monitor, story.plan.place(at, 0, 0.01), at, 61200, story.register.letters[61200][0])
        at += timedelta(hours=1)


def the_rest(story: Story) -> None:
    """Those who were sent what was not theirs, or of whom the log says no user."""
    register = story.register
    walker = story.actor(
        "203.0.113.77", "other", "Counts through 300 patients in one night, and takes every letter of each.", "python-requests/2.31.0",
        findings=["enumeration"],
    )
    at = datetime(2024, 11, 2, 1, 13, 5, tzinfo=UTC)
    for patient in range(61350, 61650):
        at = story.ask(walker, "inside", at.replace(microsecond=0) + timedelta(seconds=1), patient)
        for letter in register.letters[patient]:
            at = story.ask(walker, "inside", at.replace(microsecond=0) + timedelta(seconds=1), patient, letter)
    neighbour = story.actor(
        "198.18.77.3", "lawful", "A patient with an account, who counts through the thirty numbers behind her own.", BROWSERS[0], "p61700",
        findings=["enumeration"],
    )
    at = datetime(2024, 11, 6, 19, 41, 0, tzinfo=UTC)
    for patient in range(61700, 61731):
        story.ask(neighbour, "inside", at, patient)
        at += timedelta(seconds=4)
    late = story.actor("192.0.2.61", "other", "A patient whose session had ended: the letter was sent all the same, and no user is in the log.")
    story.ask(late, "inside", datetime(2024, 10, 30, 20, 2, 9, tzinfo=UTC), 61805)
    researcher = story.actor("203.0.113.40", "known", "The researcher who reported the fault, and proved it with two numbers.", "curl/8.5.0")
    for number, patient in enumerate([61345, 61346]):
        story.ask(researcher, "inside", datetime(2024, 11, 8, 14, 30, 10 + number, tzinfo=UTC), patient)
    # After the fix nobody is sent anything without a session.
    for second in range(3):
        at = datetime(2024, 11, 9, 2, 0, second, tzinfo=UTC)
        path = f"/api/v2/patients/{61650 + second}/letters"
        story.plan.hit(walker, "outside", at, f"GET {path} HTTP/1.1", 401, 44, "-", 0.004, grade="R", subject=str(61650 + second))


def learn_sizes(plan: Plan) -> None:
    """A letter of which two clients were sent as many bytes is taken to have been sent whole."""
    def path(hit: Hit) -> str:
        return hit.request.asked.split(" ")[1]

    clients: dict[str, set[str]] = {}
    for actor in plan.actors:
        for hit in actor.hits:
            if hit.grade == "F3":
                clients.setdefault(path(hit), set()).add(actor.client)
    for actor in plan.actors:
        whole = lambda hit: hit.grade == "F3" and len(clients[path(hit)]) > 1  # noqa: E731
        actor.hits = [Hit(hit.where, hit.request, "F1" if whole(hit) else hit.grade, hit.subject, hit.record) for hit in actor.hits]


def line(request: Request) -> str:
    """A line of the log; whatever is not of the cast was quick."""
    return nginx_json(request if request.took is not None else Request(**{**vars(request), "took": 0.003}))


def build(folder: Path, identity: bool, **truth) -> None:
    """Writes the logs of the story and its truth under `folder`."""
    story = Story(identity)
    lawful(story)
    the_rest(story)
    learn_sizes(story.plan)
    around = visitors.noise(Random(SEED + 1), LOGS_START, LOGS_END, SITE, lambda hour: by_hour(hour) / 2)
    # JSON escapes what is no ASCII in its own way, so requests that are no HTTP are written as empty ones.
    around = [request for request in around if "\\x" not in request.asked]
    members = daily("api.log", LOGS_START, LOGS_DAYS, LOGS_END + timedelta(hours=1))
    files = write_members(folder / "logs", members, around + story.plan.requests(), set(), line)
    write_truth(folder, story.plan.truth(files, **truth))


def make(folder: Path) -> None:
    """Writes the story in which the log says whose session each request had."""
    build(folder, True, verdict={"code": "A", "finding": "A", "coverage": "not shown"}, claims={CLAIM: "contradicted"})
