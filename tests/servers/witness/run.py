"""One server after the other is asked the awkward requests; what came of it is kept."""

import gzip
import json
import re
import shutil
import time
from datetime import UTC, datetime
from pathlib import Path

from .asked import REQUESTS, Request
from .box import Box, Log, complain
from .client import Answer, Wire, ask
from .differs import differs

# How long to wait for the line of a request, in seconds.
PATIENCE = 0.7


def instant(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def n_lines(log: Log) -> int:
    return log.path.read_bytes().count(b"\n") if log.path.exists() else 0


def settle(logs: list[Log], before: list[int], nudge) -> list[int]:
    """Waits until every log has grown, or has long been quiet; gives the lengths of all."""
    began = time.time()
    now = before
    changed = began
    while True:
        if nudge:
            nudge()
        last, now = now, [n_lines(log) for log in logs]
        if now != last:
            changed = time.time()
        grown = all(length > old for length, old in zip(now, before))
        quiet = time.time() - changed
        if (grown and quiet > 0.02) or quiet > PATIENCE:
            return now
        time.sleep(0.01)


def witness(server, front: str, box: Box, out: Path, requests: list[Request] = REQUESTS) -> None:
    """Starts a server, asks everything, keeps logs and truth in `out`."""
    started = server.start(box, front)
    port, logs, nudge = started if len(started) == 3 else (*started, None)
    time.sleep(box.listening)
    # A proxy may not have found its origin yet. What this and waiting for the port leave in the logs is not ours.
    for _ in range(50):
        if ask(port, REQUESTS[0])[0].status == 200:
            break
        time.sleep(0.1)
    time.sleep(0.3)
    lengths = settle(logs, [n_lines(log) for log in logs], nudge)
    first = list(lengths)
    truth, wire = [], None
    for request in requests:
        if not request.same_connection and wire is not None:
            wire.close()
            wire = None
        answer, wire = ask(port, request, wire)
        now = settle(logs, lengths, nudge)
        lines = {log.name: list(range(old - skip + 1, new - skip + 1))
                 for log, old, new, skip in zip(logs, lengths, now, first)}
        truth.append(said(request, answer, lines))
        lengths = now
    if wire is not None:
        wire.close()
    # A line may be late; which request it is of is mostly in it.
    time.sleep(1.0)
    box.stop()
    place_late_lines(logs, first, truth)
    keep(server, not front or requests is not REQUESTS, requests, logs, first, truth, out)


MARK = re.compile(rb"(?:w=|witness/)([a-z0-9-]+)")


def place_late_lines(logs: list[Log], first: list[int], truth: list[dict]) -> None:
    """Gives each line that names a request to that one, and those that name none to the one they came with."""
    known = {one["id"]: one for one in truth}
    for log, skip in zip(logs, first):
        came_with = {line: one["id"] for one in truth for line in one["lines"][log.name]}
        for one in truth:
            one["lines"][log.name] = []
        for number, line in enumerate(log.path.read_bytes().splitlines()[skip:], 1):
            named = next((mark.decode() for mark in MARK.findall(line) if mark.decode() in known), None)
            owner = named or came_with.get(number)
            if owner is None:
                raise RuntimeError(f"{log.name}: line {number} is of no request: {line[:200]!r}")
            known[owner]["lines"][log.name].append(number)


def said(request: Request, answer: Answer, lines: dict[str, list[int]]) -> dict:
    one = {"id": request.id, "client": answer.address, "port": answer.port, "from": instant(answer.began),
           "to": instant(answer.ended), "status": answer.status, "head": answer.head, "wire": answer.wire,
           "body": answer.body, "lines": lines}
    if not answer.whole:
        one["cut"] = True
    if answer.length is not None and answer.length != answer.body:
        one["length"] = answer.length
    if request.abort_at == 0:
        one["unread"] = True
    if answer.silent:
        one["silent"] = True
    return one


def keep(server, plainly: bool, requests: list[Request], logs: list[Log], first: list[int], truth: list[dict],
         out: Path) -> None:
    """Writes what a server leaves: its logs, what they mean, what the client did."""
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    for number, (log, skip) in enumerate(zip(logs, first)):
        text = b"".join(log.path.read_bytes().splitlines(keepends=True)[skip:])
        # A server's default log is kept to be looked at, the others to be read.
        plain = plainly and (number == 0 or len(requests) < 20)
        log.file = log.name if plain else log.name + ".gz"
        (out / log.file).write_bytes(text if plain else gzip.compress(text, mtime=0))
    with open(out / "truth.jsonl", "w") as file:
        for one in truth:
            # What is mostly so is left out; the lines stand in the order of the logs.
            usual = {"client": "127.0.0.1", "body": one["wire"]}
            kept = {key: value for key, value in one.items() if usual.get(key) != value}
            file.write(as_line({**kept, "lines": [one["lines"][log.name] for log in logs]}) + "\n")
    about = {"server": server.NAME, "version": server.said_version(), "logs": [log.said() for log in logs]}
    write_json(out / "server.json", {**about, "differs": differences(server.NAME, [log.said() for log in logs])})
    complain(f"{out.name}: {len(truth)} requests, " + ", ".join(
        f"{sum(len(one['lines'][log.name]) for one in truth)} lines in {log.name}" for log in logs))


def differences(server: str, logs: list[dict]) -> dict:
    """Where a log says something else than what was sent, and why: {log: {request: what}}.

    A log that is read by a format that was named has an entry of its own, `NAME --format`.
    """
    names = [log["name"] for log in logs if log.get("found", True)]
    names += [f"{log['name']} --format" for log in logs if "format" in log]
    found = {}
    for name in names:
        each = {request.id: said for request in REQUESTS if (said := differs(server, name, request))}
        if each:
            found[name] = {id: as_text(said) for id, said in each.items()}
    return found


def rewrite_differences(out: Path) -> None:
    """Writes anew what the servers do otherwise, into a folder that was recorded before."""
    for path in sorted(out.glob("*/server.json")):
        about = json.loads(path.read_text())
        write_json(path, {**about, "differs": differences(about["server"], about["logs"])})


def as_text(said: dict) -> dict:
    """Bytes become a text of which each character is a byte."""
    return {key: value.decode("latin-1") if isinstance(value, bytes) else value for key, value in said.items()}


def write_json(path: Path, about: dict) -> None:
    """Writes what is known of a server, a line for each thing."""
    head = {key: value for key, value in about.items() if key not in ("logs", "differs")}
    text = as_line(head)[:-1] + ',\n"logs":[\n' + ",\n".join(as_line(log) for log in about["logs"]) + '\n],\n"differs":{'
    for number, (name, each) in enumerate(about["differs"].items()):
        lines = ",\n".join(f"{as_line(id)}:{as_line(said)}" for id, said in each.items())
        text += ("," if number else "") + f"\n{as_line(name)}:{{\n{lines}\n}}"
    path.write_text(text + "\n}}\n")


def as_line(value) -> str:
    return json.dumps(value, separators=(",", ":"))


def write_requests(out: Path, requests: list[Request] = REQUESTS) -> None:
    """Writes what every server is asked."""
    with open(out / "requests.jsonl", "w") as file:
        for one in requests:
            kept = {"id": one.id, "title": one.title, "sent": one.sent}
            for key in ("method", "target", "version", "agent", "referer", "user", "forwarded", "host"):
                if getattr(one, key) is not None:
                    kept[key] = getattr(one, key)
            kept["has_line"] = one.method is not None
            file.write(as_line(as_text(kept)) + "\n")
