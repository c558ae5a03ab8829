"""Logs for the page: one written to break it, a story in French, and one of a
million requests by fifty thousand clients. From a seed, the same every time.

    python3 logs.py FOLDER
"""

import random
import shutil
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

TREE = Path(__file__).resolve().parents[2]

# What an attacker may write, and a page must show as text.
HOSTILE = [
    "</script><script>window.ran=1</script>",
    "'><img src=x onerror=window.ran=2>",
    '" onmouseover="window.ran=3',
    "</title></style></svg><svg/onload=window.ran=4>",
    "javascript:window.ran=5//",
    "<!--<script>window.ran=6</script>",
    "{{7*7}}{% raw %}${7*7}`window.ran=7`",
    "\u202eexe.vsc\u2066x\u2069\u200f\u200b\u2028",
    "\x1b]0;owned\x07\x1b[2J\x9b31m",
    "&lt;script&gt;window.ran=8&lt;/script&gt;&#60;b&#62;",
    "<meta http-equiv=refresh content=0;url=//evil.example/>",
    "<link rel=stylesheet href=//evil.example/a.css><base href=//evil.example/>",
    "\ud83d\udc7e".encode("utf-16", "surrogatepass").decode("utf-16") * 3 + "𝕏ﷺ",
    "w" * 10_000,
    "=cmd|' /C calc'!A0",
]


def stamp(at):
    return at.strftime("%d/%b/%Y:%H:%M:%S +0000")


def toml(text):
    out = "".join(
        f"\\u{ord(c):04x}" if ord(c) < 32 or 127 <= ord(c) < 0x10000 and not c.isalnum() else c
        for c in text.replace("\\", "\\\\").replace('"', '\\"')
    )
    return f'"{out}"'


def hostile(folder):
    folder.mkdir(parents=True)
    start = datetime(2024, 3, 5, tzinfo=timezone.utc)
    lines = []
    for number in range(400):
        text = HOSTILE[number % len(HOSTILE)]
        quoted = text.replace('"', "\\x22").replace("\x1b", "\\x1b")
        path = "/exports/" + text.replace(" ", "+").replace('"', "%22")
        client = f"203.0.113.{number % 40 + 1}" if number % 7 else text.split(" ")[0][:60].replace('"', "")
        user = text.replace(" ", "_").replace('"', "")[:200]
        at = stamp(start + timedelta(minutes=3 * number))
        status = (200, 206, 304, 404, 500)[number % 5]
        lines.append(
            f'{client} - {user} [{at}] "GET {path} HTTP/1.1" {status} {number * 37} "{quoted}" "{quoted}"'
        )
        if number % 9 == 0:
            lines.append(f"/exports/ {text} is no line")
    (folder / "access.log").write_bytes("\n".join(lines).encode("utf-8", "surrogatepass") + b"\n")
    case = [
        "[case]", f"title = {toml(HOSTILE[0] + HOSTILE[7])}", f"examiner = {toml(HOSTILE[1])}",
        f"authority = {toml(HOSTILE[13])}", f"stated_by = {toml(HOSTILE[2])}", "",
        "[[exposure]]", f"name = {toml(HOSTILE[3])}", 'targets = ["/exports/"]',
        'windows = [{ from = "2024-03-05T00:00:00Z", to = "2024-03-06T00:00:00Z" }]', "",
        "[[party]]", f"name = {toml(HOSTILE[4] + HOSTILE[8])}", 'role = "known"',
        'networks = ["203.0.113.1/32"]', "",
        "[[server]]", f"name = {toml(HOSTILE[5])}", 'logs = ["access.log"]', "",
        "[[event]]", 'at = "2024-03-05T12:00:00Z"', 'what = "found"',
        f"by = {toml(HOSTILE[9])}", f"source = {toml(HOSTILE[10])}", "",
        "[[claim]]", f"text = {toml(HOSTILE[11])}", 'denies = "anyone"', "",
    ]
    (folder / "case.toml").write_text("\n".join(case))


def francais(folder):
    shutil.copytree(TREE / "sample-logs/francetest", folder)
    case = folder / "case.toml"
    case.write_text(case.read_text().replace('language = "en"', 'language = "fr"'))


def million(folder):
    folder.mkdir(parents=True)
    draw = random.Random(20240305).random
    clients = [f"{10 + n % 100}.{n // 100 % 250}.{n // 25_000}.7" for n in range(50_000)]
    agents = ["curl/8.5.0", "Mozilla/5.0 (X11; Linux x86_64; rv:122.0) Gecko/20100101 Firefox/122.0"]
    with open(folder / "access.log", "w", encoding="ascii") as log:
        for day in range(1, 31):
            for number in range(33_334):
                second = number * 86_400 // 33_334
                at = f"{day:02}/Mar/2024:{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02} +0000"
                client = clients[int(draw() * 50_000)]
                path = f"/exports/{int(draw() * 20_000):05}.csv"
                size = 1_000 + int(draw() * 90_000)
                log.write(f'{client} - - [{at}] "GET {path} HTTP/1.1" 200 {size} "-" "{agents[number % 2]}"\n')
    (folder / "case.toml").write_text(
        '[case]\ntitle = "A million requests"\n\n[[exposure]]\nname = "exports"\ntargets = ["/exports/"]\n'
        'windows = [{ from = "2024-03-01T00:00:00Z", to = "2024-03-31T00:00:00Z" }]\n\n'
        '[[server]]\nname = "www"\nlogs = ["access.log"]\n'
    )


def main():
    folder = Path(sys.argv[1])
    shutil.rmtree(folder, ignore_errors=True)
    hostile(folder / "hostile")
    francais(folder / "francais")
    million(folder / "million")


main()
