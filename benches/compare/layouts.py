"""Writes a log in other layouts: the same requests as another server would log them."""

import json
import os
import re
from datetime import datetime, timedelta
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


def named(of):
    """What HostnameLookups makes of it."""
    return of.line.replace(of.client, f"host-{of.client.replace('.', '-')}.isp.example", 1)


def mixed(of):
    """Clients by IPv6, users, times out of order, letters that browsers encode, and more."""
    client = of.client
    if int(client.rpartition(".")[2]) % 5 < 2:
        client = "2001:db8:{:x}:{:x}:{:x}::{:x}".format(*map(int, client.split(".")))
    user = f"user-{of.number % 50}" if of.number % 10 == 7 else "-"
    # No earlier than its minute began, so that it stays in its hour.
    at = of.at - timedelta(seconds=min(of.number % 4, of.at.second))
    target = of.target
    if of.number % 4 == 1 and "%" not in target and logs.FOLDER[-7:] not in target:
        target = f"/%C3%A9t%C3%A9/20%20%D8%A7%DB%8C{target}"
    version = "HTTP/2.0" if of.number % 3 == 0 else of.version
    size = "-" if of.size == "0" else of.size
    return (
        f"{client} - {user} [{at:%d/%b/%Y:%H:%M:%S %z}] \"{of.method} {target} {version}\" {of.status} {size}"
        f' "{of.referer}" "{of.agent}"\n'
    )


def bucket(of):
    key = of.path.removeprefix("/")
    return (
        f"79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be shop-media [{of.at:%d/%b/%Y:%H:%M:%S} +0000]"
        f" {of.client} - 3E57427F3EXAMPLE REST.GET.OBJECT {key or '-'} \"{of.method} {of.target} {of.version}\" {of.status} -"
        f' {of.size} {of.size} 23 22 "{of.referer}" "{of.agent}" - s9lzHYrFp76ZVxRcpX9+5cjAnEH2ROuNkd2BHfIa6UkFVdtjf5mKR3/eTPFvsiP/XV/VLi31234='
        f" SigV4 ECDHE-RSA-AES128-GCM-SHA256 AuthHeader shop-media.s3.eu-west-3.amazonaws.com TLSV1.2 - -\n"
    )


def edge(of):
    agent, referer = (text.replace(" ", "%20") for text in (of.agent, of.referer))
    return (
        f"{of.at:%Y-%m-%d}\t{of.at:%H:%M:%S}\tCDG50-C1\t{of.size}\t{of.client}\t{of.method}\td111111abcdef8.cloudfront.net\t{of.path}"
        f"\t{of.status}\t{referer}\t{agent}\t{of.query or '-'}\t-\tHit\tSOX4xwn4XV6Q4rgb7XiVGOHms_BGlTAC4KyHmureZmBNrjGdRLiNIQ==\t{HOST}"
        f"\thttps\t23\t0.001\t-\tTLSv1.3\tTLS_AES_128_GCM_SHA256\tHit\t{of.version}\t-\t-\t11040\t0.001\tHit\ttext/html\t{of.size}\t-\t-\n"
    )


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
    "bucket": (bucket, ""),
    "edge": (
        edge,
        "#Version: 1.0\n#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer)"
        " cs(User-Agent) cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header cs-protocol cs-bytes time-taken"
        " x-forwarded-for ssl-protocol ssl-cipher x-edge-response-result-type cs-protocol-version fle-status fle-encrypted-fields"
        " c-port time-to-first-byte x-edge-detailed-result-type sc-content-type sc-content-len sc-range-start sc-range-end\n",
    ),
    "timed": (timed, ""),
    "named": (named, ""),
    "mixed": (mixed, ""),
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
        for number, line in enumerate(lines):
            of = SimpleNamespace(line=line, number=number, **LINE.fullmatch(line).groupdict())
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
