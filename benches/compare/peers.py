"""The programs that are compared with, each by the command that asks the same.

A peer that is not installed is left out and named. `install` gets those that
Debian, PyPI and crates.io have, the Python ones into a folder of their own.
"""

import os
import shlex
import shutil
import subprocess
import sys

from logs import FOLDER
from sql import SPARK

HERE = os.path.dirname(os.path.abspath(__file__))


def install(work):
    """Gets the peers."""
    if shutil.which("apt-get"):
        for package in ("mawk", "goaccess", "pigz", "isal", "zstd"):
            subprocess.run(["apt-get", "install", "-y", "--no-install-recommends", package], check=False)
    if shutil.which("cargo") and not os.path.exists(tool(work, "rg")):
        subprocess.run(["cargo", "install", "ripgrep", "--version", "^15", "--root", os.path.join(work, "tools")], check=False)
    if not os.path.exists(python(work)):
        subprocess.run([sys.executable, "-m", "venv", os.path.join(work, "venv")], check=True)
    subprocess.run([python(work), "-m", "pip", "install", "-q", "duckdb", "chdb", "polars", "pyspark", "pyarrow"], check=False)


def tool(work, name):
    return os.path.join(work, "tools", "bin", name)


def python(work):
    return os.path.join(work, "venv", "bin", "python")


def spelled():
    """A regular expression for the folder with any byte percent-encoded, and empty and dot segments between."""
    between = r"(?:/|%2[fF])(?:(?:\.|%2[eE])?(?:/|%2[fF])|[^/ \"]*/(?:\.|%2[eE]){2}/)*"
    segments = []
    for segment in FOLDER.strip("/").split("/"):
        byte = lambda b: f"(?:{chr(b)}|%{b:02x}|%{b:02X})" if f"{b:02x}" != f"{b:02X}" else f"(?:{chr(b)}|%{b:02x})"
        segments.append("".join(byte(b) for b in segment.encode()))
    return r'"[A-Z]+ ' + between + between.join(segments) + "(?:[/? ]|%2[fF])"


LITERAL = FOLDER + "/"
HOURS = "{h[substr($4,2,14)]} "
COUNT = "{n++; c[$1]} END {for (i in c) k++; print \"hits=\" n+0 \" clients=\" k+0}"
HITS_AND_HOURS = (
    HOURS + f'index($7,"{LITERAL}")==1 {{n++; c[$1]}} '
    "END {for (i in c) k++; for (i in h) m++; print \"hits=\" n+0 \" clients=\" k+0 \" hours=\" m \" lines=\" NR}"
)


def sql(work, name, path):
    return [python(work), os.path.join(HERE, "sql.py"), name, path]


def has(work, module):
    """Whether a Python module was installed."""
    asked = [python(work), "-c", f"import importlib.util as u, sys; sys.exit(not u.find_spec('{module}'))"]
    return os.path.exists(asked[0]) and subprocess.run(asked, check=False).returncode == 0


def has_spark(work):
    return bool(shutil.which("java")) and has(work, "pyspark") and has(work, "pyarrow")


def ours_on_spark(work, program, asked):
    """Our own scan on the cluster that Spark's SQL is asked on."""
    if not has_spark(work):
        return None
    package = os.path.join(os.path.dirname(os.path.dirname(HERE)), "cluster", "spark", "src")
    settings = [word for key, value in SPARK.items() for word in ("--conf", f"{key}={value}")]
    command = [python(work), "-m", "whofetched_spark", "scan", "--program", program, "--master", SPARK["spark.master"]]
    return ["env", f"PYTHONPATH={package}", *command, *settings, "--task-size", "64M", *asked]


def sh(text):
    return ["sh", "-c", text]


def rg(work):
    own = tool(work, "rg")
    return own if os.path.exists(own) else shutil.which("rg")


def command(work, name, path):
    """The command of a peer over a log, or `None` where it is not there."""
    quoted = shlex.quote(path)
    found = rg(work)
    if name in ("duckdb", "chdb", "polars"):
        return sql(work, name, path) if has(work, name) else None
    if name == "spark":
        return sql(work, name, path) if has_spark(work) else None
    table = {
        "wc": (["wc"], sh(f"wc -l < {quoted} | sed 's/^ */lines=/'")),
        "rg-literal": ([found], sh(f"{found} -c -F {LITERAL} {quoted} | sed 's/^/hits=/'")),
        "rg-mawk": (
            [found, "mawk"],
            sh(f"{found} -N --no-unicode {shlex.quote(spelled())} {quoted} | mawk {shlex.quote(COUNT)}"),
        ),
        "mawk": (["mawk"], ["mawk", HITS_AND_HOURS, path]),
        "igzip-wc": (["igzip"], sh(f"igzip -dc {quoted} | wc -l | sed 's/^ */lines=/'")),
        "pigz-mawk": (["pigz", "mawk"], sh(f"pigz -dc {quoted} | mawk {shlex.quote(HITS_AND_HOURS)}")),
        "goaccess": (
            ["goaccess"],
            sh(
                f"goaccess {quoted} --no-global-config --log-format=COMBINED --no-progress -o {quoted}.goaccess.json"
                f" >/dev/null 2>&1 && sed -n 's/.*\"total_requests\": *\\([0-9]*\\).*/lines=\\1/p' {quoted}.goaccess.json | head -1"
            ),
        ),
    }
    needs, made = table[name]
    return made if all(need and shutil.which(need) for need in needs) else None


def version(work, name):
    """How a peer names itself."""
    asked = {
        "rg-literal": [rg(work), "--version"],
        "mawk": ["mawk", "-W", "version"],
        "goaccess": ["goaccess", "--version"],
        "igzip-wc": ["igzip", "--version"],
        "pigz-mawk": ["pigz", "--version"],
        "wc": ["wc", "--version"],
        **{
            each: [python(work), "-c", f"import {each}; print('{each}', {each}.__version__)"]
            for each in ("duckdb", "chdb", "polars")
        },
        "spark": [python(work), "-c", "import pyspark; print('Spark', pyspark.__version__)"],
    }.get(name)
    if not asked:
        return None
    try:
        told = subprocess.run(asked, capture_output=True, text=True, check=False)
    except (OSError, TypeError):
        return None
    return ((told.stdout or told.stderr).strip().splitlines() or [None])[0]
