"""The story `quiet-week`: a folder that was open for a week, for which the logs name nobody, and a lost day.

Apache stamps the start of a request and writes its line at the end; Debian's combined format counts the headers
with the body. The host keeps universal time and rotates at midnight, naming each file for the day of its rotation,
so that `access.log-20240516.gz` holds the fifteenth.
"""

from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from . import visitors
from .bricks import UTC, Member, Plan, Request, apache_escape, arrivals, utc, write_members, write_truth

SEED = 20240513
LOGS_START = datetime(2024, 5, 11, tzinfo=UTC)
LOGS_END = datetime(2024, 5, 21, 5, 30, tzinfo=UTC)
OPENED = datetime(2024, 5, 13, tzinfo=UTC)
CLOSED = datetime(2024, 5, 20, tzinfo=UTC)

FOLDER = "/private-share/"
LOST = "access.log-20240516.gz"
LOST_DAY = datetime(2024, 5, 15, tzinfo=UTC)
SITE = "https://www.club-nautique.example"

# Sizes on the wire: about 250 bytes of headers, and the body. An answer without a body still has its headers.
PAGES = [("/", 6391), ("/tides/", 4872), ("/boats/", 7714), ("/harbour.html", 5120), ("/weather/today", 3308)]
ASSETS = [("/style.css", 2943), ("/img/buoy.png", 8812)]
MISSING, REFUSED = (404, 451), (403, 454)
ANSWERS = {"/.git/HEAD": REFUSED, "/.git/config": REFUSED, "/.env": REFUSED}


def visits_an_hour(hour: datetime) -> float:
    """About seventy visits in a daytime hour, and a handful at night."""
    return 70 if 7 <= hour.hour < 20 else 22 if hour.hour in (6, 20, 21) else 5


def visit(random: Random, begun: datetime) -> list[Request]:
    """One visit: mostly a single page, as of people who look at the tides."""
    client = f"198.18.{random.randrange(16)}.{random.randrange(1, 255)}"
    agent = visitors.BROWSERS[min(random.randrange(9), 3)]
    found: list[Request] = []

    def ask(asked: str, status: int, size: int, referer: str = "-") -> None:
        # The line is written when the answer has gone out, so a slow one stands after later, quicker ones.
        took = timedelta(seconds=1 if random.random() < 0.05 else 0)
        found.append(Request(begun, client, asked, status, size, referer, agent, begun + took))

    page, size = random.choice(PAGES)
    chance = random.random()
    if chance < 0.08:
        ask(f"GET {page} HTTP/1.1", 304, 181)
    elif chance < 0.10:
        ask(f"HEAD {page} HTTP/1.1", 200, 252)
    else:
        ask(f"GET {page} HTTP/1.1", 200, size)
    for asset, size in ASSETS:
        if random.random() < 0.12:
            ask(f"GET {asset} HTTP/1.1", 200, size, SITE + page)
    return found


def cut_and_escape(raw: bytes) -> str:
    """Apache logs a request only up to its first zero byte."""
    return apache_escape(raw.split(b"\0")[0])


def background(random: Random) -> list[Request]:
    """All lines but the administrator's: visitors, machines, and what is not HTTP."""
    found: list[Request] = []
    for at in arrivals(random, LOGS_START, LOGS_END, visits_an_hour, burst=8):
        found += visit(random, at)
    for at in arrivals(random, LOGS_START, LOGS_END, lambda hour: 0.7, burst=2):
        found += visitors.probes(random, at, ANSWERS, MISSING)
    # Apache writes `-` for a request that never came.
    for at in arrivals(random, LOGS_START, LOGS_END, lambda hour: 0.2, burst=2):
        found.append(visitors.foreign(random, at, cut_and_escape, 484, [("-", 408, 0)]))
    assert not any("private-share" in request.asked for request in found), "the noise asks for the folder"
    return found


def members() -> list[Member]:
    """One file a day, named for the midnight that ended it; the newest rotated one is not packed yet."""
    found = [Member("access.log", datetime(2024, 5, 21, tzinfo=UTC), LOGS_END + timedelta(hours=1))]
    for day in range(21, 11, -1):
        end = datetime(2024, 5, day, tzinfo=UTC)
        name = f"access.log-{end:%Y%m%d}" + ("" if day == 21 else ".gz")
        found.append(Member(name, end - timedelta(days=1), end))
    return found


def make(folder: Path) -> None:
    """Writes the logs of the story, but for the lost day, and its truth under `folder`."""
    random = Random(SEED)
    plan = Plan(OPENED, CLOSED, stamps_end=False)
    administrator = plan.actor("192.0.2.10", "self", "The administrator's own check, the evening before the folder is put there: not found.", "curl/7.88.1")
    plan.hit(administrator, "outside", datetime(2024, 5, 12, 18, 20, 11, tzinfo=UTC), f"GET {FOLDER} HTTP/1.1", *MISSING)
    files = write_members(folder / "logs", members(), background(random) + plan.requests(), missing={LOST})
    hole = {"from": utc(LOST_DAY), "to": utc(LOST_DAY + timedelta(days=1))}
    write_truth(folder, plan.truth(files, missing=[LOST], hole=hole))
