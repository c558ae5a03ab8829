#!/usr/bin/env python3
"""Compares the program with its peers: the same log, the same work, in turn.

    python3 benches/compare/run.py --short         a table in two minutes
    python3 benches/compare/run.py --install       gets the peers, too
    python3 benches/compare/run.py --write         everything, to docs/performance.md
    python3 benches/compare/run.py --only wc,rg-literal --size 500

Ratios are medians of pairs that were run in turn. The logs are made from a
seed and kept in the work folder, as are the results of earlier runs, so that
`--write --only NAME` renews one row of the page.
"""

import argparse
import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import counts
import logs
import measure
import memory
import page
import peers
from scenes import GROWTH, MB, SCENES, TOLERANCE, Logs

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--short", action="store_true", help="a small log and few peers; fails where CPU is far beyond a limit")
    parser.add_argument("--size", type=int, help="size of the plain log in megabytes (2000; short: 160)")
    parser.add_argument("--pairs", type=int, default=7, help="how many pairs of runs (7)")
    parser.add_argument("--only", default="", help="names of comparisons, by commas; `growth` is the curve, `counts` the instructions, `memory` what is held where much is found")
    parser.add_argument("--work", default=os.path.join(ROOT, "target", "compare"), help="where logs and peers are kept")
    parser.add_argument("--no-build", action="store_true", help="take the program as it was built last")
    parser.add_argument("--install", action="store_true", help="get the peers from Debian, crates.io and PyPI")
    parser.add_argument("--most", type=int, default=10_000, help="the largest log of the curve of growth in megabytes")
    parser.add_argument("--most-hits", type=int, default=1_000_000, help="the most hits of a log that shows what is held where much is found")
    parser.add_argument("--write", action="store_true", help="write docs/performance.md from all results so far")
    return parser.parse_args()


def build(is_wanted):
    """The program and its single steps, as released."""
    command = ["cargo", "build", "--release", "--locked", "--quiet", "--bin", "whofetched", "--example", "steps"]
    if is_wanted:
        subprocess.run(command, cwd=ROOT, check=True)
    folder = os.path.join(os.environ.get("CARGO_TARGET_DIR", os.path.join(ROOT, "target")), "release")
    return os.path.join(folder, "whofetched"), os.path.join(folder, "examples", "steps")


def compare(scene, data, count):
    """Runs a comparison; `None` where the peer or the log is not there."""
    ours_log = data.path(scene.log)
    theirs_log = data.path(scene.other_log) if scene.other_log else ours_log
    if ours_log is None:
        return None
    ours, theirs = data.command(scene.ours, ours_log), data.command(scene.theirs, theirs_log)
    if ours is None or theirs is None:
        return None
    both = measure.pairs(ours, theirs, count)
    told = {
        "answer": measure.verdict(measure.answer(both[0][0]["output"]), logs.truth(ours_log)),
        "their_answer": measure.verdict(measure.answer(both[0][1]["output"]), logs.truth(theirs_log)),
        "bytes": stored_bytes(ours_log),
        "pairs": count,
        "rss": measure.peak(ours),
        "version": peers.version(data.work, scene.theirs),
    }
    for kind in ("cpu", "wall"):
        told[kind] = measure.ratio(both, kind)
        told["our_" + kind] = measure.median(both, 0, kind)
        told["their_" + kind] = measure.median(both, 1, kind)
    return told


def is_beyond(scene, told):
    """Whether the CPU is beyond its limit, or what was reached, by more than noise explains."""
    return scene.cpu is not None and told["cpu"] > (scene.reached or scene.cpu) * TOLERANCE


def stored_bytes(path):
    if os.path.isdir(path):
        return sum(os.path.getsize(os.path.join(path, name)) for name in os.listdir(path))
    return os.path.getsize(path)


def growth(data, most):
    """Seconds of CPU and wall per GB, by size and by threads: the best of three."""
    told = []
    for size in GROWTH:
        if size > most * MB:
            continue
        path = logs.wanted(data.work, f"{size // MB}mb-200ppm", size, 200)
        row = {"bytes": os.path.getsize(path)}
        for threads in (1, 2):
            command = data.first(path, "--threads", str(threads))
            runs = [measure.run(command) for _ in range(3 if size > 1_000 * MB else 7)]
            best = {kind: min(run[kind] for run in runs) / row["bytes"] * 1e9 for kind in ("cpu", "wall")}
            row[f"threads_{threads}"] = best | {"rss": measure.peak(command)}
        print(
            f"{row['bytes'] / 1e6:8.0f} MB: "
            + ", ".join(f"{n} threads {row[f'threads_{n}']['wall']:.3f} s/GB" for n in (1, 2)),
            flush=True,
        )
        told.append(row)
    return told


def main():
    asked = arguments()
    work = os.path.abspath(asked.work)
    os.makedirs(work, exist_ok=True)
    if asked.install:
        peers.install(work)
    size = (asked.size or (160 if asked.short else 2000)) * MB
    data = Logs(work, size, *build(not asked.no_build))
    only = {name for name in asked.only.split(",") if name}
    kept = os.path.join(work, "results.json")
    results = {}
    if asked.write and os.path.exists(kept):
        with open(kept, encoding="utf-8") as source:
            results = json.load(source)
    wrong = []
    print(page.HEADINGS)
    for scene in SCENES:
        if (only and scene.name not in only) or (asked.short and not scene.short):
            continue
        told = compare(scene, data, asked.pairs)
        if told is None:
            print(f"{scene.title}: not there, left out")
            continue
        if asked.short and is_beyond(scene, told):
            # Others may have used the machine: it is asked once more.
            print(page.line(scene, told), flush=True)
            told = min(told, compare(scene, data, asked.pairs), key=lambda one: one["cpu"])
        print(page.line(scene, told), flush=True)
        results[scene.name] = told
        if told["answer"].startswith("wrong"):
            wrong.append(f"{scene.title}: our own answer is {told['answer']}")
        if asked.short and is_beyond(scene, told):
            wrong.append(f"{scene.title}: {told['cpu']:.2f} times the CPU, of {scene.cpu} at most")
    if not asked.short and (not only or "growth" in only):
        results["growth"] = growth(data, asked.most)
    if not asked.short and (not only or "counts" in only):
        results["counts"] = counts.count(data)
    if not asked.short and (not only or "memory" in only):
        results["memory"] = memory.found(data.program, data.work, asked.most_hits)
    if asked.write:
        with open(kept, "w", encoding="utf-8") as out:
            json.dump(results, out, indent=1)
        page.write(ROOT, results, size)
    for each in wrong:
        print(f"too slow, or wrong: {each}", file=sys.stderr)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
