"""HAProxy before the origin: `option httplog` through syslog, and a form of one's own on standard output."""

import sys

from ..box import ZONE, Box, Log, program, version

NAME = "haproxy"
DEBIAN = ["haproxy"]
FRONTS = ["", "own"]

DEFAULT = "option httplog"
OWN = '%ci [%T] %ST %B %ts %Ta %{+Q}[capture.req.hdr(0)] %{+Q}[capture.req.hdr(1)] %{+Q}r'


def missing() -> str | None:
    return None if program("haproxy") else "haproxy"


def said_version() -> str:
    return version([program("haproxy"), "-v"]).partition("-")[0].replace(" version", "")


def start(box: Box, front: str):
    port, behind, relay = box.port(), box.port(), box.port()
    name = "own.log" if front else "access.log"
    box.origin(behind)
    if front:
        where = "log stdout format raw local0"
        written = f"log-format '{OWN}'"
    else:
        box.start([sys.executable, "-B", "-m", "witness.relay", relay, box.log(name), "lb1"], env=box.python())
        where = f"log 127.0.0.1:{relay} local0"
        written = DEFAULT
    conf = box.write("haproxy.cfg", f"""
global
    {where}
defaults
    mode http
    log global
    timeout connect 5s
    timeout client 20s
    timeout server 20s
    timeout http-request 10s
frontend web
    bind 127.0.0.1:{port}
    bind [::1]:{port}
    capture request header X-Forwarded-For len 64
    capture request header User-Agent len 128
    {written}
    default_backend origin
backend origin
    server s1 127.0.0.1:{behind}
""")
    box.start([program("haproxy"), "-db", "-f", conf], into=box.log(name) if front else None)
    box.wait(port)
    box.wait(behind, six=False)
    if front:
        # Which header a capture is of stands in another line of the configuration.
        return port, [Log(name, box.log(name), OWN, time="start", bytes="near-wire", fields=frozenset(), format=OWN, found=False)]
    return port, [Log(name, box.log(name), DEFAULT, time="start", bytes="near-wire", fields=frozenset({"forwarded"}),
                      zone=ZONE)]
