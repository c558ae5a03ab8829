"""Writes a log in other layouts: the same requests as another server would log them."""

import json
import os
import re
from datetime import datetime

import logs

LINE = re.compile(r'(\S+) - - \[([^\]]+)\] "(\S+) (\S+) (\S+)" (\d+) (\d+) "([^"]*)" "([^"]*)"\n')

HOST = "shop.example"


def iis(client, at, method, path, query, version, status, size, referer, agent):
    return (
        f"{at:%Y-%m-%d %H:%M:%S} 10.0.0.5 {method} {path} {query or '-'} 443 - {client}"
        f" {agent.replace(' ', '+')} {referer.replace(' ', '+')} {status} 0 0 {size} 512 23\n"
    )


def alb(client, at, method, path, query, version, status, size, referer, agent):
    target = f"{path}?{query}" if query else path
    return (
        f"https {at:%Y-%m-%dT%H:%M:%S}.186641Z app/shop/50dc6c495c0c9188 {client}:2817 10.0.0.1:80 0.000 0.048 0.000"
        f' {status} {status} 512 {size} "{method} https://{HOST}:443{target} {version}" "{agent}"'
        f" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 arn:aws:elasticloadbalancing:eu-west-3:123456789012:targetgroup/shop/73e2d6bc24d8a067"
        f' "Root=1-58337281-1d84f3d73c47ec4e58577259" "{HOST}" "session-reused" 1 {at:%Y-%m-%dT%H:%M:%S}.138000Z'
        f' "forward" "-" "-" "10.0.0.1:80" "{status}" "-" "-"\n'
    )


def timed(client, at, method, path, query, version, status, size, referer, agent):
    target = f"{path}?{query}" if query else path
    return (
        f'{client} - - [{at:%d/%b/%Y:%H:%M:%S} +0000] "{method} {target} {version}" {status} {size}'
        f' "{referer}" "{agent}" 0.012 0.011 .\n'
    )


def objects(client, at, method, path, query, version, status, size, referer, agent):
    told = {
        "time": f"{at:%Y-%m-%dT%H:%M:%S}+00:00",
        "remote_addr": client,
        "remote_user": "",
        "request_method": method,
        "request_uri": f"{path}?{query}" if query else path,
        "server_protocol": version,
        "status": int(status),
        "body_bytes_sent": int(size),
        "http_referer": referer,
        "http_user_agent": agent,
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
            client, time, method, target, version, *rest = LINE.fullmatch(line).groups()
            if time not in times:
                times = {time: datetime.strptime(time, "%d/%b/%Y:%H:%M:%S %z")}
            path_of, _, query = target.partition("?")
            out.write(write(client, times[time], method, path_of, query, version, *rest))
    told = logs.truth(path)
    told["lines"] += head.count("\n")
    with open(made + ".truth", "w", encoding="ascii") as out:
        json.dump(told, out)
    return made
