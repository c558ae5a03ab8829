"""Makes the logs that are scanned, from a seed: several servers, formats and packings, and their case."""

from __future__ import annotations

import datetime
import gzip
import io
import os
import random
import tarfile
from collections.abc import Callable, Iterator
from typing import NamedTuple

FOLDER = "/shop/media/exports"
BEGIN = datetime.datetime(2024, 3, 1, tzinfo=datetime.timezone.utc)

#: The exposed folder as it is asked for.
SPELLINGS = [FOLDER + "/", FOLDER + "//", "/shop/media/%65xports/", "/shop/./media/exports/"]

AGENTS = ["Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/122.0.0.0", "curl/8.5.0", "ExampleBot/2.1"]

CASE = """[case]
title = "Exports of a shop"

[[exposure]]
name = "exports"
targets = ["/shop/media/exports"]
windows = [{ from = "2024-03-01T02:00:00Z", to = "2024-04-01T00:00:00Z" }]
"""


class Request(NamedTuple):
    """What was asked for; when is said apart."""

    client: str
    path: str
    status: int
    size: int
    agent: str


class Kind(NamedTuple):
    """How a server logs: what stands before the time, how the time is written, what follows; and what comes first."""

    halves: Callable[[Request], tuple[str, str]]
    stamp: str
    head: str = ""


def _clf(request: Request) -> tuple[str, str]:
    return f"{request.client} - - [", f'] "GET {request.path} HTTP/1.1" {request.status} {request.size}'


def _combined(request: Request) -> tuple[str, str]:
    before, after = _clf(request)
    return before, f'{after} "-" "{request.agent}"\n'


def _common(request: Request) -> tuple[str, str]:
    before, after = _clf(request)
    return before, after + "\n"


def _vhost(request: Request) -> tuple[str, str]:
    before, after = _combined(request)
    return "shop.example:443 " + before, after


def _w3c(request: Request) -> tuple[str, str]:
    agent = request.agent.replace(" ", "+")
    return "", (
        f" 10.0.0.9 GET {request.path} - 443 - {request.client} {agent} - {request.status} 0 0 {request.size} 15\r\n"
    )


def _json(request: Request) -> tuple[str, str]:
    return '{"time":"', (
        f'","remote_addr":"{request.client}","request":"GET {request.path} HTTP/1.1","status":{request.status},'
        f'"body_bytes_sent":{request.size},"http_user_agent":"{request.agent}"}}\n'
    )


CLF_TIME = "%d/%b/%Y:%H:%M:%S +0000"
W3C_HEAD = (
    "#Software: Microsoft Internet Information Services 10.0\r\n#Version: 1.0\r\n#Fields: date time s-ip cs-method"
    " cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus"
    " sc-win32-status sc-bytes time-taken\r\n"
)
KINDS = {
    "combined": Kind(_combined, CLF_TIME),
    "common": Kind(_common, CLF_TIME),
    "vhost": Kind(_vhost, CLF_TIME),
    "iis": Kind(_w3c, "%Y-%m-%d %H:%M:%S", W3C_HEAD),
    "json": Kind(_json, "%Y-%m-%dT%H:%M:%S+00:00"),
}


def _requests(rng: random.Random, count: int, hits: bool) -> list[Request]:
    made = []
    for _ in range(count):
        client = (
            f"203.0.113.{rng.randrange(1, 60)}"
            if hits
            else f"{rng.randrange(20, 99)}.{rng.randrange(256)}.7.{rng.randrange(256)}"
        )
        name = f"orders-{rng.randrange(300):03}.csv"
        path = (
            rng.choice(SPELLINGS) + name
            if hits
            else f"/{rng.choice(['hats', 'shoes', 'help'])}/{rng.randrange(9000)}.html"
        )
        made.append(
            Request(client, path, rng.choice([200, 200, 200, 404]), rng.randrange(300, 90_000), rng.choice(AGENTS))
        )
    return made


def _blocks(kind: Kind, size: int, rng: random.Random) -> Iterator[str]:
    """About so many bytes of a log, in blocks of a quarter of an hour."""
    usual = [kind.halves(request) for request in _requests(rng, 20_000, hits=False)]
    wanted = [kind.halves(request) for request in _requests(rng, 500, hits=True)]
    yield kind.head
    written, second, step, a_second = 0, 0, 900, 3
    while written < size:
        times = [BEGIN + datetime.timedelta(seconds=second + each) for each in range(step)]
        stamps = [at.strftime(kind.stamp) for at in times]
        count = step * a_second
        lines = [
            before + stamps[place // a_second] + after
            for place, (before, after) in enumerate(rng.choices(usual, k=count))
        ]
        before, after = rng.choice(wanted)
        place = rng.randrange(count)
        lines[place] = before + stamps[place // a_second] + after
        text = "".join(lines)
        written += len(text)
        second += step
        yield text


def make(folder: str, size: int) -> None:
    """Writes a case and about so many bytes of its logs, before packing, where they are not there yet."""
    done = os.path.join(folder, "done")
    if os.path.exists(done):
        return
    rng = random.Random(7)
    servers = []
    for name, kind in KINDS.items():
        os.makedirs(os.path.join(folder, "logs", name), exist_ok=True)
        with open(os.path.join(folder, "logs", name, "access.log"), "w", encoding="ascii", newline="") as out:
            out.writelines(_blocks(kind, size * 18 // 100, rng))
        servers.append(name)
    os.makedirs(os.path.join(folder, "logs", "packed"), exist_ok=True)
    for number in range(1, 5):
        path = os.path.join(folder, "logs", "packed", f"access.log.{number}.gz")
        with gzip.GzipFile(path, "wb", compresslevel=1, mtime=0) as packed:
            for text in _blocks(KINDS["combined"], size * 2 // 100, rng):
                packed.write(text.encode("ascii"))
    with tarfile.open(os.path.join(folder, "logs", "packed", "old.tar.gz"), "w:gz", compresslevel=1) as archive:
        for name in ("combined", "common"):
            text = "".join(_blocks(KINDS[name], size // 100, rng)).encode("ascii")
            member = tarfile.TarInfo(f"old/{name}.log")
            member.size = len(text)
            archive.addfile(member, io.BytesIO(text))
    servers.append("packed")
    with open(os.path.join(folder, "case.toml"), "w", encoding="ascii") as out:
        out.write(CASE)
        out.writelines(f'\n[[server]]\nname = "{name}"\nlogs = ["logs/{name}/*"]\n' for name in servers)
    with open(done, "w", encoding="ascii"):
        pass
