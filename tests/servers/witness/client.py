"""The client: sends bytes over a plain socket, and notes what came back, byte by byte, and when."""

import re
import socket
import struct
import time
from dataclasses import dataclass

from .asked import Request

# How long a server may stay silent before the client gives up, in seconds.
PATIENCE = 2.0


@dataclass
class Answer:
    """What the client received. Byte counts are of the wire; `body` is without chunk framing."""

    address: str
    port: int
    began: float
    ended: float
    status: int | None = None
    head: int = 0
    wire: int = 0
    body: int = 0
    length: int | None = None
    whole: bool = True
    silent: bool = False


class Wire:
    """One connection, with all that was received over it."""

    def __init__(self, port: int, ipv6: bool, small_buffer: bool):
        family, host = (socket.AF_INET6, "::1") if ipv6 else (socket.AF_INET, "127.0.0.1")
        self.socket = socket.socket(family, socket.SOCK_STREAM)
        if small_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 32768)
        self.socket.connect((host, port))
        self.host, self.port = self.socket.getsockname()[:2]
        self.kept = b""

    def send(self, sent: bytes) -> None:
        try:
            self.socket.sendall(sent)
        except OSError:
            pass

    def receive(self) -> bytes | None:
        """Some bytes, nothing at the end, None when the server stays silent."""
        if self.kept:
            kept, self.kept = self.kept, b""
            return kept
        try:
            return self.socket.recv(65536)
        except (ConnectionResetError, BrokenPipeError):
            return b""
        except TimeoutError:
            return None

    def close(self, hard: bool = False) -> None:
        if hard:
            # A reset instead of an orderly end, as a killed download tool leaves it.
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()


def ask(port: int, request: Request, wire: Wire | None = None) -> tuple[Answer, Wire | None]:
    """Makes one request and reads its answer; gives the connection back when it stays open."""
    began = time.time()
    if wire is None:
        wire = Wire(port, request.ipv6, request.abort_at is not None or request.pause > 0)
    answer = Answer(wire.host, wire.port, began, began)
    wire.socket.settimeout(request.patience or PATIENCE)
    wire.send(request.sent)
    if request.close_at_once:
        time.sleep(0.05)
        wire.close()
        answer.ended = time.time()
        return answer, None
    if request.abort_at == 0:
        # The answer comes, and nobody reads it.
        time.sleep(0.4)
        wire.close(hard=True)
        answer.whole, answer.ended = False, time.time()
        return answer, None
    head = read_head(wire, answer)
    if head is not None:
        read_body(wire, request, answer, head)
    answer.ended = time.time()
    if request.keep_open and head and head.startswith(b"HTTP/1.1") and header(head, b"Connection") != b"close":
        return answer, wire
    wire.close(hard=request.abort_at is not None)
    return answer, None


def read_head(wire: Wire, answer: Answer) -> bytes | None:
    """Reads up to the empty line; what came without a status line is body (HTTP/0.9)."""
    got = b""
    while b"\r\n\r\n" not in got:
        more = wire.receive()
        if not more:
            answer.silent = more is None
            if not got:
                return None
            break
        got += more
        if not got.startswith(b"HTTP/"[:len(got)]):
            break
    match = re.match(rb"HTTP/\d\.\d (\d{3})", got)
    if not match:
        wire.kept = got
        return b""
    answer.status = int(match[1])
    head, mark, wire.kept = got.partition(b"\r\n\r\n")
    answer.head = len(head) + len(mark)
    return head


def header(head: bytes, name: bytes) -> bytes | None:
    match = re.search(rb"(?im)^" + name + rb":[ \t]*(.*?)[ \t]*\r?$", head)
    return match[1] if match else None


def read_body(wire: Wire, request: Request, answer: Answer, head: bytes) -> None:
    """Reads the body by its framing, and to the end of the connection where it has none or is the last."""
    length = header(head, b"Content-Length")
    answer.length = int(length) if length and length.isdigit() else None
    chunked = b"chunked" in (header(head, b"Transfer-Encoding") or b"").lower()
    bodyless = request.method == b"HEAD" or answer.status in (204, 304)
    want = 0 if bodyless else answer.length
    if request.method == b"CONNECT" and answer.status == 200:
        return
    body = bytearray()
    paused = False
    while True:
        done = body.endswith(b"0\r\n\r\n") if chunked else want is not None and len(body) >= want
        if request.keep_open and done:
            break
        if request.abort_at is not None and len(body) >= request.abort_at:
            answer.whole = False
            break
        if request.pause and not paused and len(body) >= 65536:
            paused = True
            time.sleep(request.pause)
        more = wire.receive()
        if not more:
            answer.silent = more is None
            break
        body += more
    answer.wire = len(body)
    answer.body = len(unchunked(bytes(body))) if chunked else len(body)
    if want is not None and len(body) < want:
        answer.whole = False


def unchunked(body: bytes) -> bytes:
    out, at = [], 0
    while True:
        end = body.find(b"\r\n", at)
        if end < 0:
            break
        try:
            size = int(body[at:end].split(b";")[0], 16)
        except ValueError:
            break
        if size == 0:
            break
        out.append(body[end + 2:end + 2 + size])
        at = end + 2 + size + 2
    return b"".join(out)
