"""Servers of the loopback that are not as they should be.

A proxy that fails now and then as networks and stores do; and web servers
that give parts of a file, or only the whole.
"""

import email.utils
import http.client
import http.server
import threading
from pathlib import Path


class Server(http.server.ThreadingHTTPServer):
    """A server with an address of its own, for as long as it is needed."""

    daemon_threads = True

    def __init__(self, handler):
        super().__init__(("127.0.0.1", 0), handler)
        self.address = f"127.0.0.1:{self.server_address[1]}"
        self.lock = threading.Lock()
        self.requests = []

    def __enter__(self):
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()

    def note(self, what):
        """Says how many requests there were, this one included."""
        with self.lock:
            self.requests.append(what)
            return len(self.requests)

    def handle_error(self, request, client_address):
        """A client that went away is no error here."""


class Quiet(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass


def proxy(to, faults, every):
    """A proxy before the server `to`: of every so many requests one has the next of `faults`."""

    class Handler(Quiet):
        def do_GET(self):
            number = self.server.note(self.path)
            fault = faults[number // every % len(faults)] if number % every == 0 else None
            if fault == "drop":
                self.close_connection = True
                return
            if fault == "500":
                body = b"<Error><Code>InternalError</Code></Error>"
                self.send_response(500)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(body)
                return
            server = http.client.HTTPConnection(to, timeout=60)
            server.request(self.command, self.path, headers=dict(self.headers))
            answer = server.getresponse()
            body = answer.read()
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in ("transfer-encoding", "connection", "date", "server", "content-length"):
                    self.send_header(name, value)
            self.send_header("Content-Length", answer.getheader("Content-Length") or str(len(body)))
            self.end_headers()
            if fault == "cut":
                self.wfile.write(body[: len(body) // 2])
                self.close_connection = True
                return
            self.wfile.write(body)

        do_HEAD = do_GET

    return Server(Handler)


def web(folder, parts, tag):
    """A web server of a folder: with parts of files or without, with tags or without."""

    class Handler(Quiet):
        def do_GET(self):
            self.server.note(self.path)
            path = Path(folder) / self.path.lstrip("/")
            if not path.is_file():
                self.send_response(404)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            length = path.stat().st_size
            status, first, last = 200, 0, length - 1
            asked = self.headers.get("Range")
            if parts and asked:
                status = 206
                first, last = map(int, asked.removeprefix("bytes=").split("-"))
                last = min(last, length - 1)
            with path.open("rb") as file:
                file.seek(first)
                body = file.read(last + 1 - first)
            self.send_response(status)
            if status == 206:
                self.send_header("Content-Range", f"bytes {first}-{last}/{length}")
            if tag:
                self.send_header("ETag", f'"{path.stat().st_mtime_ns}"')
            self.send_header("Last-Modified", email.utils.formatdate(path.stat().st_mtime, usegmt=True))
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        do_HEAD = do_GET

    return Server(Handler)
