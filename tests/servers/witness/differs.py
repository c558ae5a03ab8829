"""Where a log says something else than what was sent, server by server, and why.

Only what a server is known to do stands here, with the reason; nothing is taken from a log. A rule is a dict of what
the log says instead: `method`, `target`, `agent`, `referer`, `user` (bytes, or None for nothing), `status` and `bytes`
(a number, None, or "any" where the client cannot know), `peer` (None where it is missing), `reading`: "raw" where no
request line is logged, "unread" where a line may not be readable for certain; `records`: how many lines a request may
leave; and `why`.
"""

from .asked import REQUESTS, Request
from .site import BIG_BYTES

# The client gave up or was gone: what was sent to it, the client cannot say.
UNSEEN = {"status": "any", "bytes": "any"}


def differs(server: str, log: str, request: Request) -> dict | None:
    """What a log of a server says instead, or None."""
    rule = RULES.get(server)
    found = rule(log, request) if rule else None
    if request.id in ("half", "http09") and found is not None:
        return {**UNSEEN, **found}
    if found is None and request.id in ("half", "http09", "empty"):
        return {**UNSEEN, "why": "the client saw no status line"}
    return found


def nginx(log: str, request: Request) -> dict | None:
    if request.id in ("space-raw", "nul", "options", "connect", "lower-method"):
        unheard = {"agent": None, "why": "refused at the request line: the headers were not read"}
        return unheard if log == "access.log" else {**unheard, "reading": "raw"}
    if request.id == "odd-host":
        return {"agent": None, "why": "refused at the header Host: those behind it were not read"}
    if request.id == "absolute" and log != "access.log":
        return {"target": request.target.removeprefix(b"http://example.test"), "why": "$request_uri is without the authority"}
    return None


def apache(log: str, request: Request) -> dict | None:
    if request.id in ("space-raw", "nul", "control"):
        said = {"agent": None, "why": "refused while the head was read: no header is logged"}
        return {**said, "target": request.target.split(b"\0")[0], "why": "cut at the NUL byte"} if request.id == "nul" else said
    if request.id == "forged" and log == "own.log --format":
        return {"reading": "unread", "why": "a bare field with spaces in it, and a word that may be a host behind it"}
    if request.id == "wrong-password" and log == "own.log":
        return {"reading": "unread", "why": "half a date in a user, and a field before the address"}
    if request.id == "user" and log == "own.log --format":
        return {"reading": "unread", "why": "a bare user of several words, and quotes in it"}
    if request.id == "user" and log == "own.log":
        return {"user": b'"q"', "why": "with a field before the address, a user of several words cannot be told from it"}
    return None


def lighttpd(log: str, request: Request) -> dict | None:
    encoded = {
        "percent": (b"%73", b"s"), "utf8-raw": ("\u00e9".encode(), b"%C3%A9"), "latin1-raw": (b"\xe9", b"%E9"),
        "space-raw": (b" ", b"%20"), "quote": (b'"', b"%22"), "backslash": (b"\\", b"%5C"), "dots": (b"/x/..", b""),
        "slashes": (b"//", b"/"),
    }
    if log == "own.log --format" and request.id in encoded:
        return {"target": request.target.replace(*encoded[request.id]), "why": "%U is the path, cleaned and encoded anew"}
    if log == "own.log --format" and request.id in ("crlf", "nul", "control"):
        said = {"target": b"/data/small.csv", "why": "refused before the query was split off"}
        return {**said, "agent": None} if request.id == "control" else said
    if request.id == "control":
        return {"agent": None, "why": "refused at that header"}
    if request.id == "absolute":
        return {"target": request.target.removeprefix(b"http://example.test"), "why": "the authority is dropped"}
    if request.id in ("connect", "lower-method", "odd-method"):
        return {"agent": None, "reading": "raw", "why": "refused at the method: the target is not logged"}
    return None


def haproxy(log: str, request: Request) -> dict | None:
    if request.id in ("utf8-raw", "latin1-raw", "space-raw", "nul", "http09", "half"):
        return {"reading": "raw", "bytes": 0, "why": "refused: <BADREQ> is logged"}
    if request.id == "forged" and log == "own.log --format":
        return {"reading": "unread", "why": "quotes within +Q are not escaped"}
    if request.id == "long-url":
        return {"reading": "unread", "why": "a line of syslog is cut at 1,024 bytes"}
    if not request.method:
        return {"bytes": 0, "status": "any", "why": "its own answer is not counted"}
    return None


def varnish(log: str, request: Request) -> dict | None:
    if log == "own.log --format":
        return varnish_own(request)
    if request.id in ("space-raw", "nul", "control"):
        return {"method": b"-", "target": b"http://localhost", "agent": None, "peer": None, "bytes": "any",
                "why": "refused before it had a request: no address, no target; the host is its own"}
    if not request.method:
        return {"method": b"-", "target": b"http://localhost", "peer": None, "bytes": "any", "reading": "raw",
                "why": "refused before it had a request"}
    said: dict = {"why": "%r is put together from scheme, Host and target"}
    host = b"localhost" if request.host is None else request.host
    target = request.target if request.id == "absolute" else b"http://" + host + request.target
    # Each header and target is a record of shared memory, cut at vsl_reclen.
    if len(request.target) > 254:
        target = b"http://" + host + request.target[:254]
        said["why"] = "cut at vsl_reclen, 255 bytes with the one that ends it"
    if request.id == "long-agent":
        said.update(agent=request.agent[:242], why="cut at vsl_reclen, 255 bytes with the header's name")
    if request.id in ("connect", "lower-method", "odd-method"):
        said.update(status=None, bytes="any", why="a method it does not know is piped: no status is logged")
    return {**said, "target": target}


def varnish_own(request: Request) -> dict | None:
    """The form with %m %U%q, which is not put together."""
    if request.id in ("space-raw", "nul", "control") or not request.method:
        return {"agent": None, "reading": "raw", "bytes": "any", "status": "any", "why": "refused before it had a request"}
    if request.id in ("connect", "lower-method", "odd-method"):
        return {"status": None, "bytes": "any", "why": "a method it does not know is piped: no status is logged"}
    if request.id == "long-agent":
        return {"agent": request.agent[:242], "why": "cut at vsl_reclen, 255 bytes with the header's name"}
    if request.id == "long-url":
        return {"target": request.target[:254], "why": "cut at vsl_reclen, 255 bytes with the one that ends it"}
    if request.id == "absolute":
        return {"target": request.target.removeprefix(b"http://example.test"), "why": "the authority is dropped"}
    return None


def squid(log: str, request: Request) -> dict | None:
    if request.id in ("nul", "connect") or not request.method:
        said = b"error:method-not-allowed" if request.id == "connect" else b"error:invalid-request"
        method = {"nul": b"GET", "connect": b"CONNECT", "word": b"quit"}.get(request.id, b"-")
        return {"method": method, "target": said, "agent": None, "reading": "raw", "status": "any", "bytes": "any",
                "why": "an error stands where the URL should"}
    if request.id == "half":
        return {"reading": "raw", "why": "error:transaction-end-before-headers stands where the URL should, status 0"}
    said: dict = {"target": b"http://example.test" + request.target, "why": "the URL is put together from the site and the path"}
    if request.id == "options":
        said["target"] = b"http://example.test*/"
    if request.id == "absolute":
        said["target"] = request.target
    if request.id == "space-raw":
        said.update(target=b"http://example.test/data/ab.csv?w=space-raw", why="uri_whitespace strip: spaces are taken out")
    if request.id == "lower-method":
        said.update(method=b"GET", why="methods are put into upper case")
    if log == "own.log":
        said["user"] = None
        if request.id in ("quote", "odd-agent"):
            said.update(reading="unread", why="nothing is escaped: a quote ends the field")
    return said


def caddy(log: str, request: Request) -> dict | None:
    if request.id == "latin1-raw":
        return {"target": request.target.replace(b"\xe9", b"\xef\xbf\xbd"), "why": "what is no UTF-8 becomes U+FFFD"}
    if request.id == "bytes-agent":
        return {"agent": request.agent.replace(b" caf\xe9", b" caf\xef\xbf\xbd"), "why": "what is no UTF-8 becomes U+FFFD"}
    return None


def traefik(log: str, request: Request) -> dict | None:
    said: dict = {}
    cleaned = {
        "percent": (b"%73", b"s"), "utf8-raw": ("\u00e9".encode(), b"%C3%A9"), "latin1-raw": (b"\xe9", b"%E9"),
        "backslash": (b"\\", b"%5C"), "absolute": (b"http://example.test", b""), "dots": (b"/x/..", b""),
    }
    if request.id in cleaned:
        said = {"target": request.target.replace(*cleaned[request.id]), "why": "the path is cleaned and encoded anew"}
    if request.id == "slashes":
        said = {"target": request.target.replace(b"//", b"/"), "why": "the path is cleaned"}
    if log == "access.log":
        said.setdefault("why", "headers are dropped unless the configuration keeps them")
        said.update(agent=None, referer=None)
        if request.id == "quote":
            said.update(reading="unread", why="nothing is escaped: a quote ends the request")
    elif request.id == "bytes-agent":
        said = {"agent": request.agent.replace(b" caf\xe9", b" caf\xef\xbf\xbd"), "why": "what is no UTF-8 becomes U+FFFD"}
    return said or None


def envoy(log: str, request: Request) -> dict | None:
    refused = ("utf8-raw", "latin1-raw", "space-raw", "nul", "control", "http10", "http09", "lower-method", "odd-method",
               "half", "odd-host")
    if request.id in refused or not request.method:
        return {"method": b"-", "target": b"-", "agent": None, "reading": "raw", "bytes": "any", "status": "any",
                "why": "refused by its parser: neither method, nor path, nor headers are logged"}
    if request.id == "connect":
        return {"target": b"-", "reading": "raw", "why": "CONNECT has no path"}
    if request.id == "absolute":
        return {"target": request.target.removeprefix(b"http://example.test"), "why": "the authority is logged apart"}
    if log == "access.log" and request.id in ("quote", "odd-agent", "forged"):
        return {"reading": "unread", "why": "nothing is escaped: a quote ends the field"}
    if log == "json.log" and request.id == "bytes-agent":
        return {"agent": latin1(request.agent), "why": "bytes that are no UTF-8 make it take all for Latin-1"}
    return None


def tomcat(log: str, request: Request) -> dict | None:
    if request.id in ("utf8-raw", "latin1-raw", "quote", "backslash", "nul"):
        return {"target": b"-", "agent": None, "why": "refused at the request target, which is not logged"}
    if request.id == "space-raw":
        return {"target": b"/data/a null", "agent": None, "why": "refused at the request line, cut there"}
    if request.id == "control":
        return {"agent": None, "why": "a header with control bytes is dropped"}
    if request.id == "bytes-agent" and log != "own.log --format":
        return {"agent": b"caf\\u00c3\\u00a9 caf\\u00e9", "why": "beyond ASCII it writes \\u and four digits"}
    if request.id == "absolute":
        return {"target": request.target.removeprefix(b"http://example.test"), "why": "the authority is dropped"}
    return None


def jetty(log: str, request: Request) -> dict | None:
    if log == "own.log --format":
        if request.id in ("latin1-raw", "space-raw", "nul", "http09") or not request.method:
            return {"method": b"-", "target": b"-?null", "agent": None, "reading": "raw", "status": "any",
                    "why": "refused at the request line: %U%q writes -?null"}
        if request.id in ("options", "connect"):
            return {"target": b"*?null" if request.id == "options" else b"-?null", "why": "%q is null where there is no query"}
        if request.id == "absolute":
            return {"target": request.target.removeprefix(b"http://example.test"), "why": "%U is the path"}
        if request.id == "odd-host":
            return {"reading": "unread", "why": "a bare host with a space and a quote in it"}
        if request.id == "head":
            return {"bytes": 14341, "why": "the count is what a GET would have been sent"}
    if request.id in ("latin1-raw", "space-raw", "nul", "http09"):
        return {"agent": None, "reading": "raw", "why": "refused at the request line, which is not logged"}
    if request.id == "control":
        return {"agent": None, "why": "refused at that header"}
    if request.id == "bytes-agent":
        return {"agent": latin1(request.agent), "why": "headers are taken for Latin-1"}
    if request.id == "head":
        return {"bytes": 14341, "why": "the count is what a GET would have been sent"}
    if request.id in ("quote", "odd-agent"):
        return {"reading": "unread", "why": "nothing is escaped: a quote ends the field"}
    return None


def http_server(log: str, request: Request) -> dict | None:
    if request.id in ("utf8-raw", "latin1-raw"):
        return {"target": latin1(request.target), "why": "the request line is taken for Latin-1"}
    if request.id == "quote":
        return {"reading": "unread", "why": "nothing is escaped: a quote ends the request"}
    if request.id in ("tls", "word", "garbage"):
        return {"status": 400, "why": "an answer without a status line"}
    return None


def gunicorn(log: str, request: Request) -> dict | None:
    if log == "own.log --format":
        decoded = {
            "percent": b"/data/small.csv?w=percent", "twice": b"/data/%73mall.csv?w=twice",
            "utf8-percent": latin1("/data/caf\u00e9.csv?w=utf8-percent".encode()),
            "space-percent": b"/data/a b.csv?w=space-percent", "absolute": b"/data/small.csv?w=absolute",
            "connect": b"443",
        }
        if request.id in decoded:
            return {"target": decoded[request.id], "why": "%(U)s is the application's path, decoded"}
        if request.id == "odd-agent":
            return {"reading": "unread", "why": "quotes are escaped, backslashes are not: a field may end too late"}
    if request.id == "odd-agent":
        return {"referer": b'http://example.test/?q="a\x08"',
                "why": "quotes are escaped, backslashes are not: \\b cannot be told from an escape"}
    if request.id == "bytes-agent":
        return {"agent": latin1(request.agent), "why": "headers are taken for Latin-1"}
    return None


def uvicorn(log: str, request: Request) -> dict | None:
    quoted = {
        "percent": (b"%73", b"s"), "backslash": (b"\\", b"%5C"), "options": (b"*", b"%2A"), "absolute": (b":", b"%3A"),
        "connect": (b":", b"%3A"),
    }
    if request.id in quoted:
        return {"target": request.target.replace(*quoted[request.id]), "why": "the path is decoded and encoded anew"}
    if request.id == "parameter":
        return {"target": request.target.replace(b";", b"%3B").replace(b"=AB", b"%3DAB"), "why": "the path is encoded anew"}
    if request.id == "forwarded":
        return {"peer": None, "why": "what a peer on the loopback says was forwarded takes the peer's place"}
    if request.id in ("quote", "forged"):
        return {"reading": "unread", "why": "nothing is escaped: a quote ends the field"}
    return None


def hypercorn(log: str, request: Request) -> dict | None:
    from urllib.parse import unquote_to_bytes

    if request.target is None:
        return None
    said: dict = {"target": unquote_to_bytes(request.target.partition(b"?")[0]),
                  "why": "the target is the application's path: decoded, without its query"}
    if request.id == "lower-method":
        said["method"] = b"GET"
    if request.id == "bytes-agent":
        said["agent"] = latin1(request.agent)
    if request.id == "head":
        said["bytes"] = 14341
    if request.id == "odd-agent":
        said.update(reading="unread", why="nothing is escaped: a quote ends the field")
    if request.id == "abort":
        said.update(records=2, status="any", bytes="any", why="a client that leaves is logged twice, once without a status")
    return said


def node(log: str, request: Request) -> dict | None:
    if request.id == "bytes-agent":
        return {"agent": latin1(request.agent), "why": "headers are taken for Latin-1"}
    if request.id == "head":
        return {"bytes": 14341, "why": "the count is the header Content-Length"}
    if request.id == "abort":
        return {"bytes": BIG_BYTES, "status": "any", "why": "the count is the header Content-Length"}
    return None


def latin1(sent: bytes) -> bytes:
    """Bytes that were taken for Latin-1 and written as UTF-8."""
    return sent.decode("latin-1").encode()


RULES = {
    "nginx": nginx, "apache": apache, "lighttpd": lighttpd, "haproxy": haproxy, "varnish": varnish, "squid": squid,
    "caddy": caddy, "traefik": traefik, "envoy": envoy, "tomcat": tomcat, "jetty": jetty,
    "python-http-server": http_server, "gunicorn": gunicorn, "uvicorn": uvicorn, "hypercorn": hypercorn, "node": node,
}
