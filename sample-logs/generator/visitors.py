"""The ordinary noise of a public web server: browsers, and the machines that knock on every door.

A log without such noise is suspect, and a reader that trips over it cannot be trusted with the rest. All
addresses are from the ranges set aside for documentation and for benchmarks.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from .bricks import Request, arrivals, nginx_escape

BROWSERS = [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 14_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/14.1.1 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/91.0.4472.124 Safari/537.36",
    "Mozilla/5.0 (Linux; Android 11; SM-G991B) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/91.0.4472.120 Mobile Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:90.0) Gecko/20100101 Firefox/90.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/14.1 Safari/605.1.15",
    "Mozilla/5.0 (X11; Linux x86_64; rv:78.0) Gecko/20100101 Firefox/78.0",
    "Mozilla/5.0 (Android 10; Mobile; rv:90.0) Gecko/90.0 Firefox/90.0",
]

# Machines name themselves as they please; these names are invented or generic.
MACHINES = ["python-requests/2.25.1", "curl/7.68.0", "Go-http-client/1.1", "-", "Mozilla/5.0", "Mozilla/5.0 zgrab/0.x"]

# What machines try on every server, with or without a WordPress on it.
PROBES = [
    "/.env", "/.git/HEAD", "/.git/config", "/wp-login.php", "/xmlrpc.php", "/phpmyadmin/", "/backup.zip", "/.aws/credentials",
    "/vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php", "/wp-content/plugins/wp-file-manager/readme.txt",
    "/wp-content/plugins/", "/owa/auth/logon.aspx", "/config.json", "/.DS_Store", "/actuator/health", "/solr/admin/info/system",
]

# Bytes that are no HTTP at all: a TLS greeting on the plain port, a remote desktop greeting, and a SOCKS one.
FOREIGN_BYTES = [b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"\x03\x00\x00/*\xe0\x00\x00\x00\x00\x00Cookie: mstshash=Administr", b"\x05\x01\x00"]


def benchmark_address(random: Random) -> str:
    """An address of 198.18.0.0/15, where all ordinary visitors live."""
    return f"198.{18 + random.randrange(2)}.{random.randrange(256)}.{random.randrange(1, 255)}"


def home_address(random: Random) -> str:
    """A visitor's address: one in six has IPv6, with the random lower half that browsers' systems choose."""
    if random.random() < 1 / 6:
        lower = ":".join(f"{random.randrange(4096, 65536):x}" for _ in range(4))
        return f"2001:db8:{random.randrange(4096, 8192):x}:{random.randrange(256, 4096):x}:{lower}"
    return benchmark_address(random)


def machine_address(random: Random) -> str:
    """Machines return from few addresses: the upper halves of two documentation ranges."""
    return f"{random.choice(['203.0.113', '192.0.2'])}.{random.randrange(220, 255)}"


def probes(random: Random, at: datetime, answers: dict[str, tuple[int, int]], missing: tuple[int, int]) -> list[Request]:
    """One machine trying up to six doors, each answered as `answers` says or with `missing`."""
    client, agent, found = machine_address(random), random.choice(MACHINES), []
    for _ in range(random.randrange(1, 7)):
        path = random.choice(PROBES)
        status, size = answers.get(path, missing)
        method = "POST" if path in ("/xmlrpc.php", "/wp-login.php") and random.random() < 0.6 else "GET"
        found.append(Request(at, client, f"{method} {path} HTTP/1.1", status, size, "-", agent))
        at += timedelta(seconds=random.randrange(3))
    return found


def foreign(random: Random, at: datetime, escape, size: int, silent: list[tuple[str, int, int]]) -> Request:
    """Something that is not HTTP, or a connection on which nothing was said before the server lost patience."""
    client = machine_address(random)
    if random.random() < 0.3:
        asked, status, sent = random.choice(silent)
        return Request(at, client, asked, status, sent)
    return Request(at, client, escape(random.choice(FOREIGN_BYTES)), 400, size)


@dataclass(frozen=True)
class Site:
    """What a small public site serves, with the sizes that its server logs."""

    host: str
    pages: list[tuple[str, int]]
    assets: list[tuple[str, int]]
    missing: tuple[int, int] = (404, 153)
    answers: dict[str, tuple[int, int]] = field(default_factory=dict)


def browse(random: Random, at: datetime, site: Site, client: str | None = None) -> list[Request]:
    """One visit: a page with the parts that the browser does not hold yet, and perhaps a second page."""
    client, agent = client or home_address(random), random.choice(BROWSERS)
    found: list[Request] = []
    page, size = random.choice(site.pages)
    found.append(Request(at, client, f"GET {page} HTTP/2.0", 200, size, "-", agent))
    returning = random.random() < 0.3
    for asset, size in site.assets[: random.randrange(len(site.assets) + 1)]:
        at += timedelta(seconds=random.random() < 0.3)
        status, sent = (304, 0) if returning else (200, size)
        found.append(Request(at, client, f"GET {asset} HTTP/2.0", status, sent, f"https://{site.host}{page}", agent))
    if random.random() < 0.25:
        at += timedelta(seconds=random.randrange(5, 200))
        other, size = random.choice(site.pages)
        found.append(Request(at, client, f"GET {other} HTTP/2.0", 200, size, f"https://{site.host}{page}", agent))
    return found


def noise(random: Random, start: datetime, end: datetime, site: Site, rate, probes_an_hour: float = 0.7) -> list[Request]:
    """Everything that goes on at a site besides its story: visits at a rate by hour, machines, and what is no HTTP."""
    found: list[Request] = []
    for at in arrivals(random, start, end, rate, burst=8):
        found += browse(random, at, site)
    for at in arrivals(random, start, end, lambda hour: probes_an_hour, burst=2):
        found += probes(random, at, site.answers, site.missing)
    for at in arrivals(random, start, end, lambda hour: 0.2, burst=2):
        found.append(foreign(random, at, nginx_escape, 157, [("-", 408, 0), ("", 400, 0)]))
    return found
