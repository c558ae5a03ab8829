"""Measures what a whole scan holds at most where much is found.

Every line is a hit, and every client has as many: the report lists them all. What
may be held is counted from the clients and the hits; the log's length is no part of
it. A row counts only if the sheets of the report have every client and every hit.
"""

import os
import shutil
import time

import measure

# Distinct clients, and hits of theirs.
ROWS = [
    (20_000, 200_000),
    (60_000, 120_000),
    (200_000, 1_000_000),
    (1_000_000, 4_000_000),
    (5_000_000, 20_000_000),
]

# What may be held, in bytes: at all, for each client, for each hit, and for the
# sessions of one day: a bitmap for each quarter of an hour.
AT_ALL, A_CLIENT, A_HIT, SESSIONS = 32_000_000, 300, 120, 96 * 1536

DAY = 86_000


def made(work, clients, hits):
    """The log of so many, made where it is not there yet."""
    path = os.path.join(work, f"found-{clients}-{hits}.log")
    if os.path.exists(path):
        return path
    with open(path + ".part", "w", encoding="ascii", buffering=1 << 20) as out:
        for number in range(hits):
            second, client = number * DAY // hits, number * 7919 % clients
            out.write(
                f"{20 + (client >> 23)}.{client >> 16 & 127}.{client >> 8 & 255}.{client & 255} - - "
                f"[01/Mar/2024:{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02} +0000] "
                f'"GET /exports/a-{number % 500}.csv HTTP/1.1" 200 {1000 + number % 9000} "-" "curl/8.5.0"\n'
            )
    os.rename(path + ".part", path)
    return path


def rows(path):
    """The rows of a sheet below its heading."""
    with open(path, "rb") as source:
        return sum(block.count(b"\n") for block in iter(lambda: source.read(1 << 20), b"")) - 1


def found(program, work, most):
    """A row for each of these logs that has no more than `most` hits."""
    told = []
    for clients, hits in ROWS:
        if hits > most:
            continue
        log, report = made(work, clients, hits), os.path.join(work, "found-report")
        shutil.rmtree(report, ignore_errors=True)
        window = ["--from", "2024-03-01T00:00:00Z", "--to", "2024-03-02T00:00:00Z"]
        begin = time.monotonic()
        peak = 1024 * measure.peak(
            [program, "scan", "-p", "/exports", "--no-hash", "--threads", "2", "--quiet", *window, "--out", report, log]
        )
        row = {"clients": clients, "hits": hits, "peak": peak, "seconds": time.monotonic() - begin}
        row["allowed"] = AT_ALL + A_CLIENT * clients + A_HIT * hits + SESSIONS
        listed = [rows(os.path.join(report, sheet)) for sheet in ("actors.csv", "hits.csv")]
        row["answer"] = "right" if listed == [clients, hits] else f"wrong: {listed[0]} clients, {listed[1]} hits"
        shutil.rmtree(report)
        print(
            f"{clients} clients, {hits} hits: {row['peak'] / 1e6:.1f} MB of {row['allowed'] / 1e6:.1f}, "
            f"{row['seconds']:.0f} s; {row['answer']}",
            flush=True,
        )
        told.append(row)
    return told
