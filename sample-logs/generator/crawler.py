"""The story `crawler`: a search engine's crawler comes upon an open folder, and its readers follow.

One nginx: the stamp is the end of the request, the bytes are those of the body, the clock is universal time, and the
log is rotated at midnight. `ranges.json`, written by hand beside the case, stands for the list of networks that the
engine published in those days; all of its networks are invented.
"""

from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from . import visitors
from .bricks import UTC, Member, Plan, Request, arrivals, nginx_escape, write_members, write_truth

SEED = 20230306
LOGS_START = datetime(2023, 3, 3, tzinfo=UTC)
LOGS_END = datetime(2023, 3, 22, 7, 15, tzinfo=UTC)
OPENED = datetime(2023, 3, 6, 9, tzinfo=UTC)
CLOSED = datetime(2023, 3, 20, 16, 30, tzinfo=UTC)

FOLDER = "/annuaire/exports/"
SITE = "https://www.federation-exemple.example"
FILES = {f"licencies-{year}.csv": 240_000 + 10_007 * (year - 2018) for year in range(2018, 2024)}
LISTING, MISSING, REFUSED = (200, 1_912), (404, 153), (403, 153)
PAGES = [("/", 8_404), ("/clubs/", 6_610), ("/actualites/", 9_930), ("/annuaire/", 5_127)]
GOOGLEBOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
RESULTS = "https://www.google.com/"


def background(random: Random) -> list[Request]:
    """Visitors, machines, and the crawler on its rounds of the public pages."""
    found: list[Request] = []
    for at in arrivals(random, LOGS_START, LOGS_END, lambda hour: 5 if 7 <= hour.hour < 22 else 1, burst=5):
        client, agent = visitors.home_address(random), random.choice(visitors.BROWSERS)
        for page, size in random.sample(PAGES, random.randrange(1, 3)):
            referer = RESULTS if random.random() < 0.3 else "-"
            found.append(Request(at, client, f"GET {page} HTTP/2.0", 200, size, referer, agent))
            at += timedelta(seconds=random.randrange(1, 60))
    for at in arrivals(random, LOGS_START, LOGS_END, lambda hour: 0.5, burst=2):
        found += visitors.probes(random, at, {}, MISSING)
    for at in arrivals(random, LOGS_START, LOGS_END, lambda hour: 0.1, burst=2):
        found.append(visitors.foreign(random, at, nginx_escape, 157, [("", 400, 0)]))
    for at in arrivals(random, LOGS_START, LOGS_END, lambda hour: 0.3, burst=3):
        client, (page, size) = f"198.51.100.{random.randrange(65, 95)}", random.choice(PAGES)
        found.append(Request(at, client, "GET /robots.txt HTTP/1.1", 200, 67, "-", GOOGLEBOT))
        found.append(Request(at + timedelta(seconds=2), client, f"GET {page} HTTP/1.1", 200, size, "-", GOOGLEBOT))
    found = [request for request in found if request.at < LOGS_END]
    assert not any("exports" in request.asked for request in found), "the noise asks for the folder"
    return found


def plant(plan: Plan) -> None:
    """Everyone who asks for the folder."""
    day = lambda day, hour, minute, second=0: datetime(2023, 3, day, hour, minute, second, tzinfo=UTC)

    def get(actor, at: datetime, name: str, referer: str = "-", answer: tuple[int, int] | None = None, where: str = "inside") -> None:
        status, size = answer or ((200, FILES[name]) if name else LISTING)
        plan.hit(actor, where, at, f"GET {FOLDER}{name} HTTP/1.1", status, size, referer)

    owner = plan.actor("192.0.2.20", "self", "The webmaster, who puts the folder there and looks at it, and sees that it is closed two weeks later.", visitors.BROWSERS[3])
    get(owner, day(6, 9, 4), "")
    get(owner, day(20, 16, 32), "", answer=REFUSED, where="outside")
    lists = plan.actor("198.51.100.68", "crawler", "The engine's crawler, from a network that its list of March 2023 names: the listing.", GOOGLEBOT)
    get(lists, day(8, 3, 12, 40), "")
    takes = plan.actor("198.51.100.91", "crawler", "The same engine from another address: three files, an hour later.", GOOGLEBOT)
    for number, name in enumerate(list(FILES)[3:]):
        get(takes, day(8, 4, 20) + timedelta(seconds=95 * number), name)
    six = plan.actor("2001:db8:4801:10::7", "crawler", "The same engine by IPv6: the listing again, and a file that is not there.", GOOGLEBOT)
    get(six, day(15, 1, 2, 3), "")
    get(six, day(15, 1, 2, 10), "licencies-2017.csv", answer=MISSING)
    forged = plan.actor("203.0.113.88", "other", "Says that it is the same crawler, from a network that the list does not name: all six files.", GOOGLEBOT)
    get(forged, day(12, 23, 40), "")
    for number, name in enumerate(FILES):
        get(forged, day(12, 23, 40, 3) + timedelta(seconds=number), name)
    readers = [
        ("198.18.44.9", day(10, 19, 3, 25), "licencies-2022.csv", 0, "Sent by the engine, two days after its crawler: one file."),
        ("198.19.7.201", day(13, 8, 44, 2), "licencies-2023.csv", 6, "Sent by the engine: one file."),
        ("2001:db8:1a2b:301:8c1f:6d02:11aa:93fe", day(16, 21, 15, 9), "licencies-2023.csv", 2, "Sent by the engine: one file, by IPv6."),
        ("2001:db8:1a2b:301:4410:be7e:202c:6d15", day(17, 12, 50, 41), "licencies-2021.csv", 2, "The same network of 64 bits the next day: sent by the engine, another file."),
    ]
    for client, at, name, agent, story in readers:
        get(plan.actor(client, "other", story, visitors.BROWSERS[agent]), at, name, RESULTS)
    late = plan.actor("198.18.90.14", "other", "Sent by the engine a day after the fix, by what its index still holds: refused.", visitors.BROWSERS[1])
    get(late, day(21, 18, 20), "licencies-2022.csv", RESULTS, REFUSED, "outside")


def members() -> list[Member]:
    """One file a day, the newest without a number; from the second rotation on they are packed."""
    midnight = datetime(2023, 3, 22, tzinfo=UTC)
    found = [Member("access.log", midnight, LOGS_END + timedelta(hours=1))]
    for number in range(1, 20):
        start = midnight - timedelta(days=number)
        found.append(Member(f"access.log.{number}" + (".gz" if number > 1 else ""), start, start + timedelta(days=1)))
    return found


def make(folder: Path) -> None:
    """Writes the logs and the truth under `folder`."""
    random = Random(SEED)
    plan = Plan(OPENED, CLOSED, stamps_end=True)
    plant(plan)
    files = write_members(folder / "logs", members(), background(random) + plan.requests(), missing=set())
    write_truth(folder, plan.truth(files))
