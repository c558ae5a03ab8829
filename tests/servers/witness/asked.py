"""The awkward requests: what a client may send, and what is in it.

Every server is asked the same ones, in the same order. A request is bytes; what its parts are (method, target,
referer, agent, user, forwarded addresses) stands beside them, as one who reads RFC 9112 and RFC 7617 would name them.
"""

import base64
from dataclasses import dataclass

SITE = b"example.test"


@dataclass
class Request:
    """One request, and how the client behaves. `sent` is every byte of it."""

    id: str
    title: str
    sent: bytes
    method: bytes | None = None
    target: bytes | None = None
    version: bytes | None = None
    agent: bytes | None = None
    referer: bytes | None = None
    user: bytes | None = None
    forwarded: bytes | None = None
    host: bytes | None = None
    # What the client does: read to the end; abort after so many bytes; pause; close at once.
    abort_at: int | None = None
    pause: float = 0.0
    close_at_once: bool = False
    ipv6: bool = False
    # Goes on over the connection of the request before it.
    same_connection: bool = False
    keep_open: bool = False
    # How long the server may take, in seconds; None for the client's usual patience.
    patience: float | None = None


def plain(id: str, title: str, target: bytes, *, method: bytes = b"GET", version: bytes = b"HTTP/1.1",
          host: bytes | None = SITE, agent: bytes | None = None, referer: bytes | None = None,
          user: tuple[bytes, bytes] | None = None, forwarded: bytes | None = None, more: tuple[bytes, ...] = (),
          body: bytes = b"", named: bytes | None = None, **how) -> Request:
    """A request with a request line and headers."""
    if agent is None:
        agent = b"witness/" + id.encode()
    lines = [b"%s %s %s" % (method, target, version)]
    if host is not None:
        lines.append(b"Host: " + host)
    if agent != b"none":
        lines.append(b"User-Agent: " + agent)
    if referer is not None:
        lines.append(b"Referer: " + referer)
    if user is not None:
        lines.append(b"Authorization: Basic " + base64.b64encode(b":".join(user)))
    if forwarded is not None:
        lines.append(b"X-Forwarded-For: " + forwarded)
    lines.extend(more)
    if body:
        lines.append(b"Content-Length: %d" % len(body))
    if not how.get("keep_open") and version == b"HTTP/1.1":
        lines.append(b"Connection: close")
    return Request(
        id, title, b"\r\n".join(lines) + b"\r\n\r\n" + body, method, target, version,
        agent=None if agent == b"none" else (agent.strip() or None), referer=(referer or b"").strip() or None,
        user=user[0] if user else None, forwarded=forwarded, host=named or host, **how)


def bare(id: str, title: str, sent: bytes, **how) -> Request:
    """Bytes that hold no whole request."""
    return Request(id, title, sent, **how)


# The first flight of a TLS 1.2 client: one handshake record with a short ClientHello.
HELLO = bytes.fromhex(
    "16030100440100004003030102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f2000"
    "000a130113021303c02bc02f0100000d000a000800060017001e0019")

# A long URL of 7 KB and a long agent of 3 KB whose ends are marked.
LONG = b"/data/small.csv?w=long-url&fill=" + b"0123456789abcdef" * 430 + b"&end=1"
LONG_AGENT = b"witness/long-agent " + b"abcdefghi " * 300 + b"end"

SMALL, BIG = b"/data/small.csv", b"/data/big.csv"

REQUESTS = [
    plain("plain", "GET of a small file", SMALL + b"?w=plain", referer=b"http://example.test/list"),
    plain("percent", "a letter of the path percent-encoded", b"/data/%73mall.csv?w=percent"),
    plain("twice", "a letter of the path percent-encoded twice", b"/data/%2573mall.csv?w=twice"),
    plain("utf8-raw", "UTF-8 bytes in the path as they are", "/data/caf\u00e9.csv?w=utf8-raw".encode()),
    plain("utf8-percent", "the same, percent-encoded", b"/data/caf%C3%A9.csv?w=utf8-percent"),
    plain("latin1-raw", "a Latin-1 byte in the path as it is", b"/data/caf\xe9.csv?w=latin1-raw"),
    plain("space-raw", "a space in the target as it is", b"/data/a b.csv?w=space-raw"),
    plain("space-percent", "the same, percent-encoded", b"/data/a%20b.csv?w=space-percent"),
    plain("quote", "quotes in the target", SMALL + b'?w=quote&q="x"'),
    plain("backslash", "a backslash in the path", b"/data\\small.csv?w=backslash"),
    plain("crlf", "an encoded line break in the target", SMALL + b"?w=crlf&x=%0d%0aGET%20/fake"),
    plain("nul", "a NUL byte in the target", SMALL + b"?w=nul&x=\0y"),
    plain("odd-agent", "quotes and backslashes in agent and referer", SMALL + b"?w=odd-agent",
          agent=b'odd "agent" 1 \\ "2\\"', referer=b'http://example.test/?q="a\\b"'),
    plain("control", "tab and escape bytes in the agent", SMALL + b"?w=control",
          agent=b"tab\there esc\x1b[31m del\x7f bell\x07 end"),
    plain("bytes-agent", "UTF-8 and Latin-1 bytes in the agent", SMALL + b"?w=bytes-agent",
          agent="caf\u00e9 ".encode() + b"caf\xe9"),
    plain("long-url", "a target of 7 KB", LONG),
    plain("long-agent", "an agent of 3 KB", SMALL + b"?w=long-agent", agent=LONG_AGENT),
    plain("no-agent", "neither agent nor referer", SMALL + b"?w=no-agent", agent=b"none"),
    plain("empty-agent", "agent and referer empty", SMALL + b"?w=empty-agent", agent=b"", referer=b""),
    plain("head", "HEAD", SMALL + b"?w=head", method=b"HEAD"),
    plain("not-modified", "If-Modified-Since the file's own date", SMALL + b"?w=not-modified",
          more=(b"If-Modified-Since: Wed, 15 Jan 2025 12:00:00 GMT",)),
    plain("not-modified-tag", "If-None-Match: *", SMALL + b"?w=not-modified-tag", more=(b"If-None-Match: *",)),
    plain("range", "one range", SMALL + b"?w=range", more=(b"Range: bytes=0-99",)),
    plain("ranges", "two ranges", SMALL + b"?w=ranges", more=(b"Range: bytes=0-99,200-299",)),
    plain("no-range", "a range behind the end", SMALL + b"?w=no-range", more=(b"Range: bytes=99999999-",)),
    plain("post", "POST", SMALL + b"?w=post", method=b"POST", body=b"a=1&b=2"),
    plain("options", "OPTIONS *", b"*", method=b"OPTIONS"),
    plain("absolute", "the target in absolute form", b"http://example.test/data/small.csv?w=absolute"),
    plain("connect", "CONNECT to another host", b"other.test:443", method=b"CONNECT", host=b"other.test:443"),
    plain("http10", "HTTP/1.0", SMALL + b"?w=http10", version=b"HTTP/1.0"),
    Request("http09", "HTTP/0.9", b"GET /data/small.csv?w=http09\r\n", b"GET", SMALL + b"?w=http09"),
    plain("lower-method", "the method in lower case", SMALL + b"?w=lower-method", method=b"get"),
    plain("odd-method", "a method nobody knows", SMALL + b"?w=odd-method", method=b"FETCH"),
    bare("tls", "a TLS ClientHello on the plain port", HELLO),
    bare("garbage", "bytes without meaning", b"\x03\x00\x00\x13\x0e\xe0\x00\x00\xff\"'\\<>\r\n\r\n"),
    bare("word", "one word", b"quit\r\n\r\n"),
    bare("empty", "connect and close", b"", close_at_once=True),
    Request("half", "a request cut in the middle of its headers",
            b"GET /data/small.csv?w=half HTTP/1.1\r\nHost: exam", b"GET", SMALL + b"?w=half", b"HTTP/1.1",
            close_at_once=True),
    plain("no-host", "HTTP/1.1 without Host", SMALL + b"?w=no-host", host=None),
    plain("odd-host", "a host that is none", SMALL + b"?w=odd-host", host=b'a"b c'),
    plain("user", "basic authentication, a user with spaces and a quote", b"/private/small.csv?w=user",
          user=(b'ann o\'neil "q"', b"pass:word")),
    plain("user-bytes", "basic authentication, a user in UTF-8", b"/private/small.csv?w=user-bytes",
          user=("zo\u00e9".encode(), b"secret")),
    plain("wrong-password", "basic authentication, the password wrong", b"/private/small.csv?w=wrong-password",
          user=(b"mallory [01/Jan/1990", b"00:00:00 +0000] guess"), patience=15.0),
    plain("forwarded", "X-Forwarded-For with two addresses", SMALL + b"?w=forwarded",
          forwarded=b"203.0.113.9, 198.51.100.7"),
    plain("forged", "X-Forwarded-For with a quote and another line's fields", SMALL + b"?w=forged",
          forwarded=b'203.0.113.9" 200 0 "-" "x'),
    plain("dots", "dot segments", b"/data/x/../small.csv?w=dots"),
    plain("slashes", "doubled slashes", b"//data//small.csv?w=slashes"),
    plain("parameter", "a path parameter", SMALL + b";jsessionid=AB12?w=parameter"),
    plain("query", "odd marks in the query", SMALL + b"?w=query&a=b?c=d&e=%22f%22&g='h'"),
    plain("abort", "a big file, the client closes after 64 KiB", BIG + b"?w=abort", abort_at=65536),
    plain("slow", "a big file, the client pauses", BIG + b"?w=slow", pause=4.5),
    plain("gzip", "a big file, gzip accepted", BIG + b"?w=gzip", more=(b"Accept-Encoding: gzip",), patience=20.0),
    plain("ipv6", "a client on ::1", SMALL + b"?w=ipv6", ipv6=True),
    plain("kept-1", "three requests on one connection: the first", SMALL + b"?w=kept-1", keep_open=True),
    plain("kept-2", "the second", b"/data/none.csv?w=kept-2", keep_open=True, same_connection=True),
    plain("kept-3", "the third", SMALL + b"?w=kept-3", same_connection=True),
    plain("missing", "a file that is not there", b"/data/none.csv?w=missing"),
    plain("forbidden", "a folder that is forbidden", b"/forbidden/small.csv?w=forbidden"),
    plain("redirect", "a folder without its slash", b"/data?w=redirect"),
    plain("listing", "a folder", b"/data/?w=listing"),
    plain("upload", "PUT", b"/data/new.csv?w=upload", method=b"PUT", body=b"a;b\n"),
]
