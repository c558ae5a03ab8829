"""Writes a log in other layouts: the same requests as another server would log them."""

import json
import os
import re
from datetime import datetime
from types import SimpleNamespace

import logs

LINE = re.compile(
    r'(?P<client>\S+) - - \[(?P<time>[^\]]+)\] "(?P<method>\S+) (?P<target>\S+) (?P<version>\S+)"'
    r' (?P<status>\d+) (?P<size>\d+) "(?P<referer>[^"]*)" "(?P<agent>[^"]*)"\n'
)

HOST = "shop.example"


def iis(of):
    return (
        f"{of.at:%Y-%m-%d %H:%M:%S} 10.0.0.5 {of.method} {of.path} {of.query or '-'} 443 - {of.client}"
        f" {of.agent.replace(' ', '+')} {of.referer.replace(' ', '+')} {of.status} 0 0 {of.size} 512 23\n"
    )


def alb(of):
    return (
        f"https {of.at:%Y-%m-%dT%H:%M:%S}.186641Z app/shop/50dc6c495c0c9188 {of.client}:2817 10.0.0.1:80 0.000 0.048 0.000"
        f' {of.status} {of.status} 512 {of.size} "{of.method} https://{HOST}:443{of.target} {of.version}" "{of.agent}"'
        f" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 arn:aws:elasticloadbalancing:eu-west-3:123456789012:targetgroup/shop/73e2d6bc24d8a067"
        f' "Root=1-58337281-1d84f3d73c47ec4e58577259" "{HOST}" "session-reused" 1 {of.at:%Y-%m-%dT%H:%M:%S}.138000Z'
        f' "forward" "-" "-" "10.0.0.1:80" "{of.status}" "-" "-"\n'
    )


def timed(of):
    return of.line.replace("\n", " 0.012 0.011 .\n")


def objects(of):
    told = {
        "time": f"{of.at:%Y-%m-%dT%H:%M:%S}+00:00",
        "remote_addr": of.client,
        "remote_user": "",
        "request_method": of.method,
        "request_uri": of.target,
        "server_protocol": of.version,
        "status": int(of.status),
        "body_bytes_sent": int(of.size),
        "http_referer": of.referer,
        "http_user_agent": of.agent,
        "request_time": 0.012,
    }
    return json.dumps(told, separators=(",", ":")) + "\n"


# How a line of each is written, and what stands before the first.
LAYOUTS = {
    "iis": (
        iis,
        "#Software: Microsoft Internet Information Services 10.0\n#Version: 1.0\n#Fields: date time s-ip cs-method cs-uri-stem"
        " cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status sc-bytes"
        " cs-bytes time-taken\n",
    ),
    "alb": (alb, ""),
    "timed": (timed, ""),
    "objects": (objects, ""),
}


def rewritten(path, layout):
    """The log in another layout, made where it is not there yet."""
    made = f"{path}.{layout}"
    if os.path.exists(made + ".truth"):
        return made
    write, head = LAYOUTS[layout]
    times = {}
    with open(path, encoding="ascii") as lines, open(made, "w", encoding="ascii", buffering=1 << 20) as out:
        out.write(head)
        for line in lines:
            of = SimpleNamespace(line=line, **LINE.fullmatch(line).groupdict())
            if of.time not in times:
                times = {of.time: datetime.strptime(of.time, "%d/%b/%Y:%H:%M:%S %z")}
            of.at = times[of.time]
            of.path, _, of.query = of.target.partition("?")
            out.write(write(of))
    told = logs.truth(path)
    told["lines"] += head.count("\n")
    with open(made + ".truth", "w", encoding="ascii") as out:
        json.dump(told, out)
    return made
