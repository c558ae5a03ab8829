"""Counts instructions for each line: a cost that is the same on every run of a build.

The cost of what is done once falls out, because two logs are read that differ in
their length alone. Valgrind counts; a processor does more or fewer of them at once.
"""

import os
import re
import shutil
import subprocess

import logs

# What is counted: a title, hits in a million, further options of the first pass.
WORK = [
    ("a plain line, 200 hits in a million", 200, ()),
    ("a line where 20 % are hits", 200_000, ()),
    ("a line read by its grammar", 200, ("--grammar",)),
]

SIZES = (10, 30)


def instructions(command):
    """How many instructions a command takes."""
    tool = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"]
    told = subprocess.run([*tool, *command], capture_output=True, text=True, check=True)
    return int(re.search(r"Collected : (\d+)", told.stderr).group(1))


def count(data):
    """A row for each kind of work; none where there is no valgrind."""
    if shutil.which("valgrind") is None:
        return []
    rows = []
    for title, share, options in WORK:
        small, large = (logs.wanted(data.work, f"{size}mb-{share}ppm", size * 1_000_000, share) for size in SIZES)
        spent = [instructions(data.first(path, "--threads", "1", *options)) for path in (small, large)]
        lines = logs.truth(large)["lines"] - logs.truth(small)["lines"]
        more_bytes = os.path.getsize(large) - os.path.getsize(small)
        per_line, per_byte = (spent[1] - spent[0]) / lines, (spent[1] - spent[0]) / more_bytes
        once = spent[0] - per_line * logs.truth(small)["lines"]
        print(f"{title}: {per_line:.0f} instructions, {per_byte:.1f} a byte; once {once / 1e6:.0f} million", flush=True)
        rows.append({"title": title, "line": per_line, "byte": per_byte, "once": once})
    return rows
