"""Runs two commands in turn and compares what they cost and what they answer."""

import json
import os
import statistics
import subprocess
import time


def run(command):
    """Runs a command once: CPU seconds of it and all it waited for, wall seconds, output."""
    begin = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    output = process.stdout.read()
    complaint = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stdout.close()
    process.stderr.close()
    wall = time.monotonic() - begin
    if process.returncode not in (0, 1):
        raise RuntimeError(f"{command}: {complaint.decode(errors='replace')[-500:]}")
    # A process is charged in ticks where it is very short; never divide by zero.
    return {"cpu": max(usage.ru_utime + usage.ru_stime, 1e-4), "wall": wall, "output": output}


def peak(command):
    """The most memory that a command holds, in KiB, by a run of its own.

    What the kernel tells of a child that ended has in it what its parent held
    when it was begun, so the child is asked while it runs.
    """
    most = 0
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while process.poll() is None:
            try:
                with open(f"/proc/{process.pid}/status", encoding="ascii", errors="replace") as status:
                    told = [line.split()[1] for line in status if line.startswith("VmHWM:")]
            except OSError:
                break
            most = max([most, *map(int, told)])
            time.sleep(0.001)
    return most


def pairs(ours, theirs, count):
    """Runs both in turn, first one first and then the other, and gives what each cost."""
    for command in (ours, theirs):
        # Once beforehand, so that neither pays for the page cache.
        run(command)
    both = []
    for number in range(count):
        first, second = (ours, theirs) if number % 2 == 0 else (theirs, ours)
        one, other = run(first), run(second)
        both.append((one, other) if first is ours else (other, one))
    return both


def ratio(both, kind):
    """The median of what ours cost as a multiple of theirs."""
    return statistics.median(ours[kind] / theirs[kind] for ours, theirs in both)


def median(both, which, kind):
    return statistics.median(pair[which][kind] for pair in both)


def answer(output):
    """What a command answered: an object in JSON is its whole output, or words `name=number`."""
    text = output.decode(errors="replace").strip()
    if text.startswith("{"):
        found = json.loads(text)
        return found if "schema" not in found else of_report(found)
    words = (word.split("=", 1) for word in text.split() if "=" in word)
    return {name: int(value) for name, value in words if value.isdigit()}


def of_report(report):
    """What report.json answers."""
    hits = [sum(actor["hits"][kind] for kind in ("inside", "border", "outside")) for actor in report["actors"]]
    found = {"lines": sum(each["lines"]["total"] for each in report["inputs"])}
    if not report["actors_left_out"]:
        found |= {"hits": sum(hits), "clients": len(hits)}
    return found


def verdict(found, truth):
    """Says whether an answer is right, and where it is not, by how much."""
    asked = [name for name in ("lines", "hits", "clients", "hours") if name in found and name in truth]
    wrong = [f"{found[name]} of {truth[name]} {name}" for name in asked if found[name] != truth[name]]
    if wrong:
        return "wrong: " + ", ".join(wrong)
    return "right: " + ", ".join(asked) if asked else "not asked"
