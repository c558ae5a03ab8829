"""A small application for the servers of Python: files of the site, a listing, a redirect, one folder forbidden.

The folder of the site is named by the environment variable SITE. It knows no ranges, no validators and no users, as
most applications do not.
"""

import os
from pathlib import Path

SITE = Path(os.environ.get("SITE", "."))
PIECE = 65536


def answer(method: str, path: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
    """What a request is answered with: status, headers, body."""
    parts = [part for part in path.split(b"/") if part not in (b"", b".")]
    file = Path(SITE, *(part.decode("utf-8", "surrogateescape") for part in parts if part != b".."))
    if b".." in parts or b"\0" in path:
        return 400, [], b"bad path\n"
    if parts[:1] == [b"forbidden"]:
        return 403, [], b"forbidden\n"
    if method not in ("GET", "HEAD", "POST"):
        return 405, [("Allow", "GET, HEAD, POST")], b"not so\n"
    if file.is_dir() and not path.endswith(b"/"):
        return 301, [("Location", "/" + b"/".join(parts).decode("latin-1") + "/")], b""
    if file.is_dir():
        return 200, [], "".join(f"{each.name}\n" for each in sorted(file.iterdir())).encode()
    if not file.is_file():
        return 404, [], b"not here\n"
    return 200, [("Content-Type", "text/csv")], file.read_bytes()


def wsgi(environ, start_response):
    """PEP 3333."""
    path = environ["PATH_INFO"].encode("latin-1")
    status, headers, body = answer(environ["REQUEST_METHOD"], path)
    start_response(f"{status} Said", [*headers, ("Content-Length", str(len(body)))])
    if environ["REQUEST_METHOD"] == "HEAD":
        return []
    return (body[at:at + PIECE] for at in range(0, len(body), PIECE))


async def asgi(scope, receive, send):
    """The ASGI protocol, version 3."""
    if scope["type"] != "http":
        return
    path = scope["path"].encode("utf-8", "surrogateescape")
    status, headers, body = answer(scope["method"], path)
    named = [(name.lower().encode(), value.encode()) for name, value in headers]
    named.append((b"content-length", b"%d" % len(body)))
    await send({"type": "http.response.start", "status": status, "headers": named})
    if scope["method"] == "HEAD":
        body = b""
    for at in range(0, max(len(body), 1), PIECE):
        more = at + PIECE < len(body)
        await send({"type": "http.response.body", "body": body[at:at + PIECE], "more_body": more})
