"""The story `francetest`: an open plug-in folder on a site for antigenic tests, and who fetched from it.

nginx writes its stamp when the answer has been sent, counts the bytes of the body, and the host's clock is that of
Paris in summer. The weekly rotation of two and a half months is kept. The cast is in `francetest_cast`.
"""

from datetime import datetime, timedelta, timezone
from pathlib import Path
from random import Random

from . import visitors
from .bricks import Member, Plan, Request, arrivals, nginx_escape, write_members, write_truth
from .francetest_cast import FOLDER, HOST, plant

SEED = 20210827
# All of the story is in summer time, so a fixed offset is the whole of the zone.
PARIS = timezone(timedelta(hours=2))

LOGS_START = datetime(2021, 6, 20, 6, 25, 1, tzinfo=PARIS)
LOGS_END = datetime(2021, 9, 1, 9, 40, tzinfo=PARIS)
OPENED = datetime(2021, 6, 29, 0, 0, 0, tzinfo=PARIS)
CLOSED = datetime(2021, 8, 27, 22, 30, 0, tzinfo=PARIS)

SITE = f"https://{HOST}"
MONITOR = "198.51.100.250"
THEME = "/wp-content/themes/depistage"

# Sizes of nginx's own error pages, which depend only on the length of their titles.
MISSING, REFUSED, BAD = (404, 153), (403, 153), (400, 157)
ASSETS = [
    (f"{THEME}/style.css?ver=5.7.2", 8214),
    (f"{THEME}/js/resultat.js?ver=5.7.2", 5120),
    (f"{THEME}/img/logo.svg", 3377),
    ("/wp-includes/js/jquery/jquery.min.js?ver=3.5.1", 30883),
]
PAGES = [("/", 11873), ("/faq/", 9406), ("/trouver-une-pharmacie/", 13218), ("/mentions-legales/", 7154), ("/contact/", 6842)]
ANSWERS = {"/wp-login.php": (200, 2871), "/xmlrpc.php": REFUSED, "/.git/HEAD": REFUSED, "/.git/config": REFUSED, "/.env": REFUSED}


def visits_an_hour(hour: datetime) -> float:
    """Tests are made in opening hours, more of them before a weekend and in August, when a pass is asked for."""
    by_hour = [1, 0.6, 0.4, 0.3, 0.3, 0.6, 1.5, 4, 7, 10, 12, 12, 10, 9, 10, 11, 12, 13, 13, 11, 8, 6, 4, 2]
    by_day = [1, 0.95, 1, 1.1, 1.3, 1.25, 0.6]
    return by_hour[hour.hour] * by_day[hour.weekday()] * (0.9 if hour.month == 8 else 0.8)


def patient(random: Random, at: datetime) -> list[Request]:
    """One visit: a result or some pages, the theme's files with them, and what networks do to both."""
    client, agent = visitors.home_address(random), random.choice(visitors.BROWSERS)
    found: list[Request] = []

    def ask(path: str, status: int, size: int, referer: str = "-", method: str = "GET") -> None:
        found.append(Request(at, client, f"{method} {path} HTTP/2.0", status, size, referer, agent))

    if random.random() < 0.6:
        # The links of the text messages that announce a result; the code is the whole of the secret.
        code = "".join(random.choice("ABCDEFGHJKMNPQRSTUVWXYZ23456789") for _ in range(8))
        page = f"/resultat/?code={code}"
        chance = random.random()
        if chance < 0.04:
            ask(page, 404, 6120)
        elif chance < 0.06:
            # The patient turned away before the answer was ready.
            ask(page, 499, 0)
            return found
        else:
            ask(page, 200, 9100 + random.randrange(900))
    else:
        page, size = random.choice(PAGES)
        ask(page, 200, size)
    returning = random.random() < 0.3
    for asset, size in ASSETS[: random.randrange(1, 5)]:
        at += timedelta(seconds=random.random() < 0.3)
        ask(asset, *((304, 0) if returning else (200, size)), SITE + page)
    chance = random.random()
    if chance < 0.12:
        ask("/favicon.ico", 200, 1150, SITE + page)
    elif chance < 0.15:
        ask("/apple-touch-icon-precomposed.png", *MISSING)
    elif chance < 0.18:
        # Telephones fetch a PDF by ranges; this leaflet lies outside the exposed folder.
        ask("/wp-content/uploads/2021/06/notice-patient.pdf", 206, 65536, SITE + page)
        at += timedelta(seconds=2)
        ask("/wp-content/uploads/2021/06/notice-patient.pdf", 206, 41807, SITE + page)
    elif chance < 0.20:
        ask("/espace-pro/", 302, 0, SITE + page)
    if random.random() < 0.25:
        at += timedelta(seconds=random.randrange(5, 200))
        other, size = random.choice(PAGES)
        ask(other, 200, size, SITE + page)
    return found


def background(random: Random) -> list[Request]:
    """Everything in the logs that has nothing to do with the exposed folder."""
    found: list[Request] = []
    for at in arrivals(random, LOGS_START, LOGS_END, visits_an_hour, burst=6):
        found += patient(random, at)
    for at in arrivals(random, LOGS_START, LOGS_END, lambda hour: 0.7, burst=1.5):
        found += visitors.probes(random, at, ANSWERS, MISSING)
    silent = [("-", 408, 0), ("", 400, 0)]
    for at in arrivals(random, LOGS_START, LOGS_END, lambda hour: 0.25, burst=2):
        found.append(visitors.foreign(random, at, nginx_escape, BAD[1], silent))
    # The search crawler reads public pages long before and after it comes upon the folder.
    for at in arrivals(random, LOGS_START, LOGS_END, lambda hour: 0.15, burst=3):
        client, agent = f"198.51.100.{random.randrange(65, 95)}", "ExampleSearchBot/2.1 (+https://search.example/bot)"
        found.append(Request(at, client, "GET /robots.txt HTTP/1.1", 200, 67, "-", agent))
        page, size = random.choice(PAGES)
        found.append(Request(at + timedelta(seconds=1), client, f"GET {page} HTTP/1.1", 200, size, "-", agent))
    # A monitor calls every fifteen minutes: a clock in the log that does not depend on the weather or the day.
    at = LOGS_START + timedelta(seconds=17)
    while at < LOGS_END:
        found.append(Request(at, MONITOR, "HEAD / HTTP/1.1", 200, 0, "-", "uptime-check/1.4"))
        at += timedelta(minutes=15)
    assert not any(FOLDER in request.asked or "%" in request.asked for request in found), "the noise asks for the folder"
    return found


def members() -> list[Member]:
    """The files of ten weekly rotations, on Sundays at 06:25:01, newest without a number and oldest number 10."""
    edges = [LOGS_START + timedelta(weeks=week) for week in range(11)] + [LOGS_END + timedelta(hours=1)]
    names = [f"access.log.{number}.gz" for number in range(10, 1, -1)] + ["access.log.1", "access.log"]
    spans = [Member(name, edges[place], edges[place + 1]) for place, name in enumerate(names)]
    return spans[::-1]


def make(folder: Path) -> None:
    """Writes the logs of the story and its truth under `folder`."""
    random = Random(SEED)
    plan = Plan(OPENED, CLOSED, stamps_end=True)
    around = plant(plan, random)
    # What the cast does elsewhere on the site must not be mistaken for a hit by the truth.
    assert not any(FOLDER in request.asked for request in around), "a line beside the plan asks for the folder"
    files = write_members(folder / "logs", members(), background(random) + plan.requests() + around, missing=set())
    write_truth(folder, plan.truth(files))
