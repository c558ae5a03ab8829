"""Makes the logs that are compared, from a seed, and the truth about them.

One server, combined format, about 200 bytes a line and two lines a second. A
few of the requests name the exposed folder, in the spellings that a server
takes for the same; others only look like it: a folder with a longer name, and
pages that were reached from it. What a tool should find is counted while the
log is written, by what was meant, not by reading it again.
"""

import datetime
import json
import os
import random
import shutil
import subprocess

# The exposed folder, and the time in which it was open: all of the log.
FOLDER = "/shop/media/exports"
BEGIN = datetime.datetime(2024, 3, 1, tzinfo=datetime.timezone.utc)
END = "2034-03-01T00:00:00Z"
LINES_A_SECOND = 2

# The folders of the pages that name nothing.
FOLDERS = ["shoes", "hats", "lamps", "tables", "about", "press", "jobs", "news", "help", "terms"]

AGENTS = [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/122.0.0.0 Safari/537.36",
    "Mozilla/5.0 (X11; Linux x86_64; rv:123.0) Gecko/20100101 Firefox/123.0",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_3 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.3 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (compatible; ExampleBot/2.1; +https://bot.example/about)",
    "curl/8.5.0",
    "-",
]


def spelled(name, choice):
    """The path of a file of the folder, in one of its spellings."""
    folder, last = FOLDER.rsplit("/", 1)
    return [
        f"{FOLDER}/{name}",
        f"{FOLDER}/{name}",
        f"{FOLDER}/{name}",
        f"{FOLDER}/{name}",
        f"{FOLDER}//{name}",
        f"{folder}/%65{last[1:]}/{name}",
        f"{folder}/./{last}/{name}",
        f"{folder}/css/../{last}/{name}",
    ][choice]


def tails(rng):
    """What follows the time in lines that name nothing: twenty thousand of them."""
    made = []
    for _ in range(20_000):
        path = f"/{rng.choice(FOLDERS)}/{rng.choice(FOLDERS)}-{rng.randrange(5000)}"
        path += rng.choice(["/", ".html", f"?page={rng.randrange(40)}", "/photo.jpg", "/style.css", "/app.js"])
        status = rng.choices([200, 304, 404, 301, 500], [88, 6, 4, 1.5, 0.5])[0]
        size = 0 if status == 304 else rng.randrange(200, 90_000)
        referer = rng.choice(["-", "https://shop.example/", f"https://shop.example/{rng.choice(FOLDERS)}/"])
        made.append(f'] "GET {path} HTTP/1.1" {status} {size} "{referer}" "{rng.choice(AGENTS)}"\n')
    for number in range(40):
        made.append(f'] "GET {FOLDER}-old/{number}.html HTTP/1.1" 404 190 "-" "{AGENTS[number % 3]}"\n')
    return made


def make(path, size, hits_per_million, seed=1):
    """Writes a log of about `size` bytes, and beside it what is true of it."""
    rng = random.Random(seed)
    clients = [
        f"{rng.randrange(20, 99)}.{rng.randrange(256)}.{rng.randrange(256)}.{rng.randrange(256)} - - ["
        for _ in range(60_000)
    ]
    seekers = [f"203.0.{rng.randrange(64, 128)}.{number % 256} - - [" for number in range(4000)]
    plain = tails(rng)
    truth = {"lines": 0, "hits": 0, "clients": set(), "hours": 0}
    written, second, step = 0, 0, 900
    share = hits_per_million / 1e6
    with open(path, "w", encoding="ascii", buffering=1 << 20) as out:
        while written < size:
            stamps = [
                (BEGIN + datetime.timedelta(seconds=second + offset)).strftime("%d/%b/%Y:%H:%M:%S +0000")
                for offset in range(step)
            ]
            second += step
            count = step * LINES_A_SECOND
            lines = [
                client + stamps[place // LINES_A_SECOND] + tail
                for place, (client, tail) in enumerate(
                    zip(rng.choices(clients, k=count), rng.choices(plain, k=count))
                )
            ]
            # So many of them become hits, and as many come from the folder, one in ten.
            expected = share * count
            n_hits = int(expected) + (rng.random() < expected % 1)
            for place in rng.sample(range(count), n_hits):
                client = rng.choice(seekers)
                target = spelled(f"orders-{rng.randrange(500):03}.csv", rng.randrange(8))
                lines[place] = (
                    f"{client}{stamps[place // LINES_A_SECOND]}] \"GET {target} HTTP/1.1\" 200 "
                    f'{rng.randrange(1000, 90_000)} "-" "{rng.choice(AGENTS)}"\n'
                )
                truth["hits"] += 1
                truth["clients"].add(client)
                if rng.random() < 0.1:
                    lines.append(
                        f"{client}{stamps[-1]}] \"GET /style.css HTTP/1.1\" 200 911 "
                        f'"https://shop.example{FOLDER}/" "{rng.choice(AGENTS)}"\n'
                    )
            text = "".join(lines)
            out.write(text)
            written += len(text)
            truth["lines"] += len(lines)
    truth["clients"] = len(truth["clients"])
    truth["hours"] = -(-second // 3600)
    with open(path + ".truth", "w", encoding="ascii") as out:
        json.dump(truth, out)


def wanted(work, name, size, hits_per_million):
    """The log of that name, made where it is not there yet."""
    path = os.path.join(work, f"{name}.log")
    if not os.path.exists(path + ".truth"):
        make(path, size, hits_per_million)
    return path


def truth(path):
    """What is true of a log, or of one that was made from it."""
    with open(path + ".truth", encoding="ascii") as source:
        return json.load(source)


def packed(path, ending):
    """The log compressed: `gz` as logrotate does it, or `zst`."""
    made = f"{path}.{ending}"
    if not os.path.exists(made + ".truth"):
        tool = {"gz": [shutil.which("pigz") or "gzip", "-6", "-k", "-c"], "zst": ["zstd", "-3", "-q", "-c"]}[ending]
        with open(made, "wb") as out:
            subprocess.run([*tool, path], stdout=out, check=True)
        shutil.copy(path + ".truth", made + ".truth")
    return made


def rotated(path, count=16):
    """The log as so many gzip files, as rotation leaves them."""
    folder = path + ".rotated"
    if not os.path.exists(folder + ".truth"):
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        parts = os.path.join(folder, "part.")
        subprocess.run(["split", "-n", f"l/{count}", "-d", path, parts], check=True)
        for number, part in enumerate(sorted(os.listdir(folder))):
            # The first part is the oldest, and has the highest number.
            name = os.path.join(folder, f"access.log.{count - number}")
            os.rename(os.path.join(folder, part), name)
            subprocess.run([shutil.which("pigz") or "gzip", "-6", name], check=True)
        shutil.copy(path + ".truth", folder + ".truth")
    return folder


def published(work, size):
    """Lines that real servers wrote, repeated, where they are at hand."""
    corpus = os.environ.get("WHOFETCHED_CORPUS")
    if not corpus:
        return None
    path = os.path.join(work, "published.log")
    names = sorted(name for name in os.listdir(corpus) if name.endswith(".combined.log"))
    texts = [open(os.path.join(corpus, name), "rb").read() for name in names]
    text = b"".join(each if each.endswith(b"\n") else each + b"\n" for each in texts)
    if not text:
        return None
    if not os.path.exists(path + ".truth"):
        times = max(1, size // len(text))
        with open(path, "wb") as out:
            for _ in range(times):
                out.write(text)
        with open(path + ".truth", "w", encoding="ascii") as out:
            json.dump({"lines": text.count(b"\n") * times}, out)
    return path
