"""The story `edge-origin`: the same requests in the log of an edge and in that of the server behind it.

Both are nginx: the stamp is the end of the request, the bytes are those of the body. The edge answers what it has
asked for in the last ten minutes from its cache; everything else stands in both logs. The origin logs the two nodes
of the edge and no client, and its clock is seven seconds ahead.
"""

import gzip
import io
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from . import visitors
from .bricks import UTC, Actor, Member, Plan, Request, arrivals, combined, nginx_escape, write_truth

SEED = 20240910
LOGS_START = datetime(2024, 9, 9, tzinfo=UTC)
LOGS_END = datetime(2024, 9, 14, 11, 40, tzinfo=UTC)
OPENED = datetime(2024, 9, 10, 8, tzinfo=UTC)
CLOSED = datetime(2024, 9, 12, 18, tzinfo=UTC)

NODES = ["10.20.0.11", "10.20.0.12"]
AHEAD = timedelta(seconds=7)
CACHED_FOR = timedelta(minutes=10)

FOLDER = "/membres/exports/"
SITE = "https://www.mutuelle-exemple.example"
FILES = {f"adherents-{region}.csv": 180_000 + 7_919 * number for number, region in enumerate(["est", "nord", "ouest", "sud", "outre-mer", "centre"])}
LISTING = (200, 1_486)
MISSING, REFUSED = (404, 146), (403, 146)
PAGES = [("/", 9_112), ("/garanties/", 7_340), ("/contact/", 4_415), ("/espace-adherent/", 5_608)]
ASSETS = [("/css/site.css", 6_203), ("/js/site.js", 11_874), ("/img/logo.svg", 2_960)]


class Cache:
    """What the edge has asked the origin for, and until when it keeps the answer."""

    def __init__(self):
        self.until: dict[str, datetime] = {}

    def answers(self, request: Request) -> bool:
        """Whether the edge answers by itself: only pages and files that were fetched lately."""
        method, path, _ = request.asked.split(" ")
        if method != "GET" or request.status != 200:
            return False
        if request.at < self.until.get(path, request.at):
            return True
        self.until[path] = request.at + CACHED_FOR
        return False


def visit(random: Random, at: datetime) -> list[Request]:
    """One visit: a page with some of its files."""
    client, agent = visitors.home_address(random), random.choice(visitors.BROWSERS)
    page, size = random.choice(PAGES)
    found = [Request(at, client, f"GET {page} HTTP/2.0", 200, size, "-", agent)]
    for asset, size in ASSETS[: random.randrange(4)]:
        found.append(Request(at, client, f"GET {asset} HTTP/2.0", 200, size, SITE + page, agent))
    return found


def background(random: Random) -> tuple[list[Request], list[Request]]:
    """What the edge hands on or answers by itself, and what it refuses without asking anybody."""
    found: list[Request] = []
    for at in arrivals(random, LOGS_START, LOGS_END, lambda hour: 9 if 6 <= hour.hour < 21 else 2, burst=5):
        found += visit(random, at)
    for at in arrivals(random, LOGS_START, LOGS_END, lambda hour: 0.5, burst=2):
        found += visitors.probes(random, at, {}, MISSING)
    assert not any("membres" in request.asked for request in found), "the noise asks for the folder"
    foreign = [visitors.foreign(random, at, nginx_escape, 150, [("", 400, 0)]) for at in arrivals(random, LOGS_START, LOGS_END, lambda hour: 0.2, burst=2)]
    return found, foreign


def plant(plan: Plan) -> tuple[list[Request], list[tuple[str, Request]]]:
    """The requests for the folder: those at the edge, and those at the origin alone with the peer that made them."""
    day = lambda day, hour, minute, second=0: datetime(2024, 9, day, hour, minute, second, tzinfo=UTC)
    at_edge: list[Actor] = []

    def cast(client: str, role: str, story: str, agent: str) -> Actor:
        at_edge.append(plan.actor(client, role, story, agent))
        return at_edge[-1]

    def get(actor: Actor, at: datetime, name: str, answer: tuple[int, int] | None = None, where: str = "inside") -> None:
        status, size = answer or ((200, FILES[name]) if name else LISTING)
        referer = SITE + FOLDER if name and status == 200 and actor in at_edge else "-"
        plan.hit(actor, where, at, f"GET {FOLDER}{name} HTTP/1.1", status, size, referer)

    taker = cast("198.51.100.44", "other", "Takes the listing and all six files within two minutes, at night.", "Wget/1.21.4")
    get(taker, day(11, 2, 10), "")
    for number, name in enumerate(FILES):
        get(taker, day(11, 2, 10, 20) + timedelta(seconds=14 * number), name)
    second = cast("2001:db8:7:3::15", "other", "Takes two files minutes later: the edge answers from its cache, and the origin never knows.", visitors.BROWSERS[3])
    get(second, day(11, 2, 14), "adherents-nord.csv")
    get(second, day(11, 2, 15, 30), "adherents-sud.csv")
    guesser = cast("203.0.113.140", "other", "Guesses two names that do not exist.", "python-requests/2.31.0")
    get(guesser, day(10, 21, 3, 11), "adherents.csv", MISSING)
    get(guesser, day(10, 21, 3, 14), "adherents-2023.csv", MISSING)
    finder = cast("192.0.2.33", "known", "The discoverer: the listing, and one file twice, the second time from the cache.", visitors.BROWSERS[1])
    get(finder, day(12, 9, 40), "")
    get(finder, day(12, 9, 41, 5), "adherents-est.csv")
    get(finder, day(12, 9, 44, 30), "adherents-est.csv")
    again = cast("192.0.2.33", "other", "The discoverer's address, a day after the fix and outside the times that he gave: refused.", visitors.BROWSERS[1])
    get(again, day(13, 10, 5), "", REFUSED, "outside")
    edge = [hit.request for actor in at_edge for hit in actor.hits]

    direct = plan.actor("203.0.113.61", "other", "Asks the origin itself by its address, around the edge: two files.", "curl/8.5.0")
    get(direct, day(11, 15, 20, 4), "adherents-ouest.csv")
    get(direct, day(11, 15, 20, 9), "adherents-centre.csv")
    nobody = plan.actor(NODES[1], "unresolved", "A file that a node of the edge fetched for somebody whom no line of the edge names.", "-")
    get(nobody, day(12, 4, 31, 50), "adherents-outre-mer.csv")
    return edge, [(direct.client, hit.request) for hit in direct.hits] + [(NODES[1], hit.request) for hit in nobody.hits]


def members(name: str) -> list[Member]:
    """One file a day, the newest without a number; from the second rotation on they are packed."""
    found = [Member(f"{name}.log", datetime(2024, 9, 14, tzinfo=UTC), LOGS_END + timedelta(hours=1))]
    for number in range(1, 6):
        start = datetime(2024, 9, 14 - number, tzinfo=UTC)
        found.append(Member(f"{name}.log.{number}" + (".gz" if number > 1 else ""), start, start + timedelta(days=1)))
    return found


def write(folder: Path, name: str, requests: list[Request]) -> list[dict]:
    """Writes the files of one server; its own clock rotates them."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob(f"{name}.log*"):
        old.unlink()
    ordered = sorted(requests, key=lambda request: request.at)
    files = []
    for member in members(name):
        lines = [combined(request) for request in ordered if member.start <= request.at < member.end]
        text = "".join(line + "\n" for line in lines).encode("ascii")
        if member.name.endswith(".gz"):
            packed = io.BytesIO()
            with gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=packed, mtime=0) as stream:
                stream.write(text)
            text = packed.getvalue()
        (folder / member.name).write_bytes(text)
        files.append({"name": f"logs/{member.name}", "lines": len(lines)})
    return files


def make(folder: Path) -> None:
    """Writes both logs and the truth under `folder`."""
    random = Random(SEED)
    plan = Plan(OPENED, CLOSED, stamps_end=True)
    planted, alone = plant(plan)
    noise, foreign = background(random)
    cache, behind, both = Cache(), [], 0
    for request in sorted(planted + noise, key=lambda request: request.at):
        if cache.answers(request):
            continue
        both += FOLDER in request.asked
        # The origin has answered a little before the edge has, and knows only the node that asked.
        at = request.at - timedelta(seconds=random.randrange(2)) + AHEAD
        behind.append(replace(request, at=at, client=random.choice(NODES)))
    behind += [replace(request, at=request.at + AHEAD, client=peer) for peer, request in alone]
    files = write(folder / "logs", "edge", planted + noise + foreign) + write(folder / "logs", "origin", behind)
    edges = {
        "at_edge": len(planted),
        "at_origin": both + sum(peer in NODES for peer, _ in alone),
        "matched": both,
        "not_at_edge": sum(peer in NODES for peer, _ in alone),
        "around_edge": sum(peer not in NODES for peer, _ in alone),
        # Those of the matched that lie inside the window.
        "same_as": both - sum(hit.where == "outside" for actor in plan.actors for hit in actor.hits),
    }
    write_truth(folder, plan.truth(files, edges=edges))
