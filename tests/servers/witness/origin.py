"""The server behind the proxies: serves the site plainly, with ranges, validators, gzip and one protected folder.

    python3 -m witness.origin PORT SITE

It is no witness; the proxies in front of it are.
"""

import base64
import gzip
import sys
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote_to_bytes, urlsplit

from .site import CHANGED, USERS

ETAG = f'"{CHANGED:x}"'


class Handler(BaseHTTPRequestHandler):
    """One connection of a proxy."""

    protocol_version = "HTTP/1.1"
    site = Path()
    packed: dict[Path, bytes] = {}

    def log_message(self, format, *args):
        """Nothing is logged here."""

    def answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD" and status != 304:
            self.wfile.write(body)

    def plain(self, status: int, text: str, **headers: str) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answer(status, text.encode(), {"Content-Type": "text/plain", **named})

    def serve(self) -> None:
        length = self.headers.get("Content-Length", "0")
        self.rfile.read(int(length) if length.isdigit() else 0)
        if self.path == "*":
            return self.plain(200, "", Allow="GET, HEAD, OPTIONS")
        path = urlsplit("//x" + self.path if self.path.startswith("/") else self.path).path.encode("latin-1")
        path = unquote_to_bytes(path).split(b";")[0]
        parts = []
        for part in path.split(b"/"):
            if part == b"..":
                parts = parts[:-1]
            elif part not in (b"", b"."):
                parts.append(part)
        if any(b"\0" in part for part in parts):
            return self.plain(400, "bad path\n")
        file = Path(self.site, *(part.decode("utf-8", "surrogateescape") for part in parts))
        if parts[:1] == [b"forbidden"]:
            return self.plain(403, "forbidden\n")
        if parts[:1] == [b"private"] and not self.known():
            return self.plain(401, "who is it\n", WWW_Authenticate='Basic realm="x"')
        if file.is_dir():
            if not path.endswith(b"/"):
                where = "/" + b"/".join(parts).decode("latin-1") + "/"
                return self.plain(301, "", Location=f"http://example.test{where}")
            return self.plain(200, "".join(f"{each.name}\n" for each in sorted(file.iterdir())))
        if not file.is_file():
            return self.plain(404, "not here\n")
        if self.command not in ("GET", "HEAD"):
            return self.plain(405, "not so\n", Allow="GET, HEAD")
        self.file(file)

    def known(self) -> bool:
        kind, _, code = self.headers.get("Authorization", "").partition(" ")
        try:
            user, _, word = base64.b64decode(code).decode().partition(":")
        except ValueError:
            return False
        return kind == "Basic" and USERS.get(user) == word

    def file(self, file: Path) -> None:
        headers = {"ETag": ETAG, "Last-Modified": formatdate(CHANGED, usegmt=True), "Content-Type": "text/csv"}
        since = self.headers.get("If-Modified-Since") == headers["Last-Modified"]
        if since or self.headers.get("If-None-Match") in ("*", ETAG):
            return self.answer(304, b"", headers)
        body = file.read_bytes()
        wanted = self.headers.get("Range", "")
        if wanted.startswith("bytes="):
            return self.part(body, wanted[6:], headers)
        if "gzip" in self.headers.get("Accept-Encoding", ""):
            body = self.packed.setdefault(file, gzip.compress(body, 1, mtime=0))
            headers["Content-Encoding"] = "gzip"
        self.answer(200, body, headers)

    def part(self, body: bytes, wanted: str, headers: dict[str, str]) -> None:
        ranges = []
        for each in wanted.split(","):
            first, _, last = each.partition("-")
            begin, end = int(first), min(int(last or len(body) - 1), len(body) - 1)
            if begin > end:
                return self.answer(416, b"", {**headers, "Content-Range": f"bytes */{len(body)}"})
            ranges.append((begin, end))
        if len(ranges) == 1:
            [(begin, end)] = ranges
            return self.answer(206, body[begin:end + 1], {**headers, "Content-Range": f"bytes {begin}-{end}/{len(body)}"})
        pieces = b"".join(
            b"\r\n--part\r\nContent-Range: bytes %d-%d/%d\r\n\r\n" % (begin, end, len(body)) + body[begin:end + 1]
            for begin, end in ranges)
        self.answer(206, pieces + b"\r\n--part--\r\n", {**headers, "Content-Type": "multipart/byteranges; boundary=part"})

    do_GET = do_HEAD = do_POST = do_OPTIONS = do_PUT = do_FETCH = do_get = serve


class Server(ThreadingHTTPServer):
    """Listens for a proxy on this machine."""

    daemon_threads = True

    def handle_error(self, request, address):
        """A client that goes away is the usual case here."""


def main() -> None:
    Handler.site = Path(sys.argv[2])
    Server(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()


if __name__ == "__main__":
    main()
