"""What each server logs of each awkward request, as a page, from what was recorded."""

import json
from collections import Counter
from pathlib import Path

from .asked import REQUESTS

# What the columns of the table are: the first log of each of these folders.
COLUMNS = ["nginx", "apache", "lighttpd", "caddy", "haproxy", "varnish", "squid", "traefik", "envoy", "tomcat", "jetty",
           "python-http-server", "gunicorn", "uvicorn", "hypercorn", "node"]

HEAD = """# What servers log

Each server below was sent the same awkward requests over the loopback, with its default log format and one of its own
(`sample-logs/servers/`). What it logged is held against what the client did by `tests/servers.rs`. This page is printed by
`tests/servers/run table sample-logs/servers`.
"""

LEGEND = """
A number is the status that the client was sent; `…` that it was sent none. Behind it:

* nothing: a line that says what was sent, and the program reads it so;
* `≠`: a line that says something else than was sent, beyond what that log does on every line (below);
* `raw`: a line without the request;
* `?`: a line that no reader can split for certain, because the server escapes nothing; the program leaves it unread and
  searches it for the targets;
* `–`: **no line at all**.
"""


def read(folder: Path) -> tuple[dict, dict[str, dict]]:
    truth = [json.loads(line) for line in (folder / "truth.jsonl").read_text().splitlines()]
    return json.loads((folder / "server.json").read_text()), {one["id"]: one for one in truth}


def usual(differs: dict) -> str | None:
    """The reason why most lines of a log differ, where there is one."""
    reasons = Counter(said["why"] for said in differs.values())
    return next((why for why, count in reasons.most_common(1) if count > len(REQUESTS) // 3), None)


def cell(one: dict, differs: dict, usual: str | None) -> str:
    """What the first log of a server says of one request."""
    status = str(one.get("status") or "…")
    if not one["lines"][0]:
        return f"{status} –"
    if differs.get("reading") == "unread":
        return f"{status} ?"
    if differs.get("reading") == "raw":
        return f"{status} raw"
    words = set(differs) - {"why", "status", "bytes", "reading", "records"} if differs.get("why") != usual else {}
    return f"{status} ≠" if words else status


def text(out: Path) -> str:
    found = {name: read(out / name) for name in COLUMNS if (out / name / "server.json").exists()}
    page = [HEAD, "## The servers\n", "| server | log | time is the | bytes are | no zone | directive |",
            "| --- | --- | --- | --- | --- | --- |"]
    words = {"body": "of the body", "framed": "of the body, chunk framing included", "wire": "of all, headers included",
             "near-wire": "of all, less the headers it adds", "planned": "of the answer, sent or not",
             "transferred": "of both bodies, no error page", None: "not written"}
    for folder in sorted(out.glob("*/server.json")):
        about = json.loads(folder.read_text())
        for log in about["logs"]:
            directive = log["directive"].replace("|", "\\|")
            directive = directive if len(directive) < 90 else directive[:87] + "…"
            page.append(f"| {about['version']} | `{folder.parent.name}/{log['name']}` | {log['time'] or 'not written'} | "
                        f"{words[log['bytes']]} | {'yes' if 'zone' in log else ''} | `{directive}` |")
    page += ["", "## The requests", LEGEND,
             "| request | " + " | ".join(found) + " |", "| --- |" + " --- |" * len(found)]
    for request in REQUESTS:
        row = []
        for about, truth in found.values():
            log = about["logs"][0]["name"]
            differs = about["differs"].get(log, {})
            row.append(cell(truth[request.id], differs.get(request.id, {}), usual(differs)))
        page.append(f"| {request.title} (`{request.id}`) | " + " | ".join(row) + " |")
    page += ["", "## What is logged otherwise, and why", ""]
    for name, (about, _) in found.items():
        log = about["logs"][0]["name"]
        reasons: dict[str, list[str]] = {}
        differs = about["differs"].get(log, {})
        for id, said in differs.items():
            reasons.setdefault(said["why"], []).append(id)
        always = usual(differs)
        said = [f"on every line: {always}"] if always else []
        said += [f"{why} ({', '.join(f'`{id}`' for id in ids)})" for why, ids in reasons.items() if why != always]
        page.append(f"* **{name}**: " + "; ".join(said) + ".")
    return "\n".join(page) + "\n"
