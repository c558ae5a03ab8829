"""Python's own http.server, and the servers that run applications: gunicorn, uvicorn, hypercorn."""

import os
import sys
from pathlib import Path
from types import SimpleNamespace

from ..box import ZONE, Box, Log, program, version

GUNICORN = '%(h)s %(l)s %(u)s %(t)s "%(r)s" %(s)s %(b)s "%(f)s" "%(a)s"'
GUNICORN_OWN = '%(t)s %({x-forwarded-for}i)s %(h)s "%(m)s %(U)s?%(q)s %(H)s" %(s)s %(B)s %(M)s "%(a)s" %({host}i)s'
HYPERCORN = '%(h)s %(l)s %(l)s %(t)s "%(r)s" %(s)s %(b)s "%(f)s" "%(a)s"'


def app(box: Box) -> dict:
    return {**box.python(), "SITE": str(box.site), "PYTHONDONTWRITEBYTECODE": "1"}


def http_server(box: Box, front: str):
    port = box.port()
    log = box.log("access.log")
    # The system's own: the traces that it leaves in its log name its files.
    python = "/usr/bin/python3" if os.path.exists("/usr/bin/python3") else sys.executable
    for host in ("127.0.0.1", "::1"):
        box.start([python, "-u", "-m", "http.server", port, "--bind", host, "--directory", box.site], errors=log)
    box.wait(port)
    return port, [Log("access.log", log, "BaseHTTPRequestHandler.log_request", time="start", bytes=None, fields=frozenset(), zone=ZONE)]


def gunicorn(box: Box, front: str):
    port = box.port()
    name = "own.log" if front else "access.log"
    form = ["--access-logformat", GUNICORN_OWN] if front else []
    box.start([program("gunicorn"), "-b", f"127.0.0.1:{port}", "-b", f"[::1]:{port}", "-w", "1", "--threads", "2",
               "--no-control-socket", "--access-logfile", box.log(name), *form, "witness.app:wsgi"], env=app(box))
    box.wait(port)
    if front:
        return port, [Log(name, box.log(name), GUNICORN_OWN, fields=frozenset({"agent", "host", "forwarded"}),
                          format=GUNICORN_OWN, found=False)]
    return port, [Log(name, box.log(name), GUNICORN)]


def uvicorn(box: Box, front: str):
    port = box.port()
    log = box.log("access.log")
    for host in ("127.0.0.1", "::1"):
        box.start([program("uvicorn"), "--host", host, "--port", port, "--no-use-colors", "witness.app:asgi"], into=log,
                  env=app(box))
    box.wait(port)
    return port, [Log("access.log", log, "uvicorn.logging.AccessFormatter", time=None, bytes=None, fields=frozenset())]


def hypercorn(box: Box, front: str):
    port = box.port()
    box.start([program("hypercorn"), "-b", f"127.0.0.1:{port}", "-b", f"[::1]:{port}", "--access-logfile",
               box.log("access.log"), "witness.app:asgi"], env=app(box))
    box.wait(port)
    return port, [Log("access.log", box.log("access.log"), HYPERCORN, bytes="planned", fields=frozenset({"agent", "referer"}))]


def lacks(name: str):
    return lambda: None if program(name) else f"{name} (PyPI)"


HTTP_SERVER = SimpleNamespace(
    NAME="python-http-server", start=http_server, missing=lambda: None,
    said_version=lambda: "http.server of " + version([program("/usr/bin/python3", "python3"), "--version"]))
GUNICORN_SERVER = SimpleNamespace(
    NAME="gunicorn", PYPI=["gunicorn==27.0.1"], FRONTS=["", "own"], start=gunicorn, missing=lacks("gunicorn"),
    said_version=lambda: version([program("gunicorn"), "--version"]).replace("(version ", "").rstrip(")"))
UVICORN_SERVER = SimpleNamespace(
    NAME="uvicorn", PYPI=["uvicorn==0.54.0", "h11==0.16.0"], start=uvicorn, missing=lacks("uvicorn"),
    said_version=lambda: version([program("uvicorn"), "--version"]).removeprefix("Running ").split(" with")[0])
HYPERCORN_SERVER = SimpleNamespace(
    NAME="hypercorn", PYPI=["hypercorn==0.18.0"], start=hypercorn, missing=lacks("hypercorn"),
    said_version=lambda: "hypercorn " + version([
        Path(program("hypercorn")).parent / "python", "-c",
        "import importlib.metadata as known; print(known.version('hypercorn'))"]))
