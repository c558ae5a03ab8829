"""The story `credential-pivot`: a copy of a configuration was read, and the password in it used hours later.

WordPress under Apache. Apache stamps the start of a request and writes its line at the end; Debian's combined format
counts the headers with the body.
"""

from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from . import visitors
from .bricks import UTC, Plan, Request, daily, write_members, write_truth
from .visitors import BROWSERS, Site

SEED = 20230304
LOGS_START = datetime(2023, 3, 2, tzinfo=UTC)
LOGS_DAYS = 17
LOGS_END = datetime(2023, 3, 18, 7, 0, tzinfo=UTC)
OPENED = datetime(2023, 3, 4, 10, 0, tzinfo=UTC)
CLOSED = datetime(2023, 3, 15, 12, 0, tzinfo=UTC)

COPY, COPY_SIZE = "/wp-config.php.bak", 3544
ENV, ENV_SIZE = "/.env", 1066
MISSING, REFUSED, SHELL = (404, 451), (403, 454), "/wp-content/plugins/seo-kit/inc/cache.php"
SITE = Site(
    "www.parents-evening.example",
    pages=[("/", 11873), ("/dates/", 9406), ("/teachers/", 13218), ("/imprint/", 4154)],
    assets=[("/wp-content/themes/school/style.css", 8512), ("/wp-includes/js/jquery.min.js", 31181), ("/wp-content/uploads/logo.svg", 2590)],
    missing=MISSING,
)


def by_hour(hour: datetime) -> float:
    """Visits in an hour: most of them in the evening."""
    return [2, 1, 1, 1, 1, 1, 3, 6, 8, 9, 9, 9, 10, 10, 10, 11, 13, 15, 17, 18, 16, 12, 7, 4][hour.hour] * 0.6


def secrets(plan: Plan) -> None:
    """Everyone who asked for one of the two files."""
    def ask(client: str, role: str, story: str, agent: str, asked: list, findings: list[str]) -> None:
        actor = plan.actor(client, role, story, agent, findings=findings)
        for at, path, status, size, grade in asked:
            plan.hit(actor, plan.place(at, size), at, f"GET {path} HTTP/1.1", status, size, grade=grade)

    def day(number: int, *clock: int) -> datetime:
        return datetime(2023, 3, number, *clock, tzinfo=UTC)

    gone = (*MISSING, "R")
    for number, at in enumerate([day(3, 2, 1, 9), day(5, 11, 40, 3), day(8, 4, 12, 50), day(12, 22, 3, 31)]):
        answer = (ENV_SIZE, "F3")
        asked = (at, ENV, 200, *answer) if at >= OPENED else (at, ENV, *gone)
        ask(f"203.0.113.{220 + number}", "other", "A machine that asks every server for its settings.", "Go-http-client/1.1", [asked], [])
    ask(
        "198.51.100.88", "other", "Asks for copies of the configuration until there is one, and reads it; logs in five hours later.", "python-requests/2.28.2",
        [(day(10, 1, 14, second), path, *answer) for second, path, answer in [(7, COPY, (200, COPY_SIZE, "F3")), (8, ENV, (200, ENV_SIZE, "F3"))]],
        ["credential-pivot", "planted-script"],
    )
    ask("192.0.2.7", "known", "A parent who is a programmer, and told the school.", BROWSERS[3], [(day(15, 8, 30, 2), ENV, 200, ENV_SIZE, "F3")], [])
    ask("198.51.100.231", "other", "Comes after the fix.", "curl/7.88.1", [(day(16, 3, 0, 0), COPY, *gone)], [])


def pivot() -> list[Request]:
    """What was done with the password: none of these lines names a secret."""
    found: list[Request] = []

    def ask(client: str, at: datetime, asked: str, status: int, size: int, agent: str) -> None:
        found.append(Request(at, client, f"{asked} HTTP/1.1", status, size, "-", agent))

    reader, neighbour, stranger = "198.51.100.88", "198.51.100.91", "203.0.113.14"
    at = datetime(2023, 3, 10, 1, 13, 40, tzinfo=UTC)
    for number, name in enumerate(["/wp-config.php~", "/wp-config.php.old", "/wp-config.php.save", "/wp-config.bak", "/backup.sql"]):
        ask(reader, at + timedelta(seconds=number), f"GET {name}", *MISSING, "python-requests/2.28.2")
    at = datetime(2023, 3, 10, 6, 31, 12, tzinfo=UTC)
    ask(reader, at, "GET /wp-login.php", 200, 5121, BROWSERS[1])
    ask(reader, at + timedelta(seconds=6), "POST /wp-login.php", 302, 1260, BROWSERS[1])
    ask(reader, at + timedelta(seconds=7), "GET /wp-admin/", 200, 61044, BROWSERS[1])
    # The same hand from the next address of its network, and the day after from elsewhere.
    at += timedelta(minutes=21)
    for second, (asked, status, size) in enumerate([
        ("POST /wp-login.php", 302, 1260), ("GET /wp-admin/plugin-install.php", 200, 48220), ("POST /wp-admin/update.php?action=upload-plugin", 200, 30112),
        (f"POST {SHELL}", 200, 391), (f"POST {SHELL}", 200, 18873),
    ]):
        ask(neighbour, at + timedelta(seconds=40 * second), asked, status, size, BROWSERS[1])
    at = datetime(2023, 3, 11, 20, 2, 9, tzinfo=UTC)
    for second in range(6):
        ask(stranger, at + timedelta(seconds=90 * second), f"POST {SHELL}", 200, 12000 + 731 * second, "-")
    # The reader looks after what was put there, through a picture's folder.
    ask(reader, datetime(2023, 3, 12, 2, 44, 1, tzinfo=UTC), "POST /wp-content/uploads/2023/03/thumb.php", 200, 777, "-")
    return found


def make(folder: Path) -> None:
    """Writes the logs of the story and its truth under `folder`."""
    plan = Plan(OPENED, CLOSED, stamps_end=False)
    secrets(plan)
    around = visitors.noise(Random(SEED), LOGS_START, LOGS_END, SITE, by_hour)
    # The secrets are asked for by the cast alone.
    around = [request for request in around if f"GET {ENV} " not in request.asked]
    members = daily("access.log", LOGS_START, LOGS_DAYS, LOGS_END + timedelta(hours=1))
    files = write_members(folder / "logs", members, around + pivot() + plan.requests(), set())
    write_truth(folder, plan.truth(
        files,
        verdict={"code": "A", "finding": "A", "coverage": "not shown"},
        because=["held secrets", "what was exposed was used: of 198.51.100.88, it fetched the secret"],
    ))
