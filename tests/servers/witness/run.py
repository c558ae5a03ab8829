"""One server after the other is asked the awkward requests; what came of it is kept."""

import base64
import json
import time
from datetime import UTC, datetime
from pathlib import Path

from .asked import REQUESTS, Request
from .box import Box, Log, complain
from .client import Answer, Wire, ask

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


def witness(server, front: str, box: Box, out: Path) -> None:
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
    for request in REQUESTS:
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
    box.stop()
    keep(server, logs, first, truth, out)


def said(request: Request, answer: Answer, lines: dict[str, list[int]]) -> dict:
    one = {"id": request.id, "client": answer.address, "port": answer.port, "from": instant(answer.began),
           "to": instant(answer.ended), "status": answer.status, "head": answer.head, "wire": answer.wire,
           "body": answer.body, "whole": answer.whole, "lines": lines}
    if answer.length is not None and answer.length != answer.body:
        one["length"] = answer.length
    if answer.silent:
        one["silent"] = True
    return one


def keep(server, logs: list[Log], first: list[int], truth: list[dict], out: Path) -> None:
    """Writes what a server leaves: its logs, what they mean, what the client did."""
    out.mkdir(parents=True, exist_ok=True)
    for log, skip in zip(logs, first):
        lines = log.path.read_bytes().splitlines(keepends=True)[skip:]
        (out / log.name).write_bytes(b"".join(lines))
    with open(out / "truth.jsonl", "w") as file:
        for one in truth:
            file.write(json.dumps(one) + "\n")
    about = {"server": server.NAME, "version": server.said_version(), "logs": [log.said() for log in logs]}
    write_json(out / "server.json", {**about, "differs": differences(server, [log.name for log in logs])})
    complain(f"{out.name}: {len(truth)} requests, " + ", ".join(
        f"{sum(len(one['lines'][log.name]) for one in truth)} lines in {log.name}" for log in logs))


def differences(server, names: list[str]) -> dict:
    """Where a log says something else than what was sent, and why: {log: {request: what}}."""
    rule = getattr(server, "differs", lambda request, log: None)
    found = {}
    for name in names:
        each = {request.id: said for request in REQUESTS if (said := rule(request, name))}
        if each:
            found[name] = {id: as_text(said) for id, said in each.items()}
    return found


def as_text(said: dict) -> dict:
    """Bytes become base64 under a key that says so."""
    return {f"{key}_b64" if isinstance(value, bytes) else key:
            base64.b64encode(value).decode() if isinstance(value, bytes) else value for key, value in said.items()}


def write_json(path: Path, value: dict) -> None:
    path.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n")


def write_requests(out: Path) -> None:
    """Writes what every server is asked."""
    with open(out / "requests.jsonl", "w") as file:
        for one in REQUESTS:
            kept = {"id": one.id, "title": one.title, "sent": one.sent}
            for key in ("method", "target", "version", "agent", "referer", "user", "forwarded", "host"):
                if getattr(one, key) is not None:
                    kept[key] = getattr(one, key)
            kept["has_line"] = one.method is not None
            file.write(json.dumps(as_text(kept)) + "\n")
