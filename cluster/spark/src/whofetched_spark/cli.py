"""The command line: `whofetched-spark scan`, and `report` from what a scan kept."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from collections.abc import Sequence
from typing import Any

from . import __version__
from .scan import Scan, report, scan
from .words import Refused

#: The options of `whofetched plan` that take a value, and those that do not.
PLAN_VALUES = ["--files", "--strip", "--from", "--to", "--known", "--trust-proxy", "--config", "--format", "--zone"]
PLAN_FLAGS = ["--no-hash", "--no-fast-path"]

#: The same of `whofetched reduce`.
REDUCE_VALUES = ["--out", "--export", "--level", "--key", "--color", "--threads"]
REDUCE_FLAGS = ["--force", "--json", "--quiet", "--exit-code"]

#: Exit status where there is no report, as of whofetched itself.
NO_REPORT = 2
INTERRUPTED = 3

UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command, and gives its exit status."""
    parsed = _parser().parse_args(arguments)
    if threading.current_thread() is threading.main_thread():
        # To be told to end clears up as an interrupt does: partials are personal data.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        if parsed.command == "report":
            return report(parsed.work, parsed.program, _given(parsed, REDUCE_VALUES, REDUCE_FLAGS))
        return scan(_meant(parsed))
    except Refused as refused:
        sys.stderr.write(f"whofetched-spark: {refused}\n")
        return NO_REPORT
    except KeyboardInterrupt:
        sys.stderr.write("whofetched-spark: stopped, there is no report\n")
        return INTERRUPTED


def _meant(parsed: argparse.Namespace) -> Scan:
    if parsed.plan and parsed.inputs:
        raise Refused("a plan says itself what is asked: leave CASE and INPUT out")
    if not (parsed.plan or parsed.inputs):
        raise Refused("nothing is asked: give CASE.toml, or --path with INPUT, or --plan")
    options = [word for path in parsed.path or [] for word in ("--path", path)]
    options += _given(parsed, PLAN_VALUES, PLAN_FLAGS)
    if parsed.split_size:
        options += ["--split-size", parsed.split_size]
    return Scan(
        asked=[*options, "--", *parsed.inputs],
        plan=parsed.plan,
        telling=_given(parsed, REDUCE_VALUES, REDUCE_FLAGS),
        program=parsed.program,
        program_there=parsed.program_there,
        master=parsed.master,
        remote=parsed.remote,
        conf=parsed.conf or [],
        task_bytes=parsed.task_size,
        seconds_per_gib=parsed.timeout,
        work=parsed.work,
        is_quiet=parsed.quiet,
        is_verbose=parsed.verbose,
    )


def _given(parsed: argparse.Namespace, values: Sequence[str], flags: Sequence[str]) -> list[str]:
    """The options that were given, as they are passed on."""
    words: list[str] = []
    for option in values:
        # A value may begin with a dash.
        words += [f"{option}={value}" for value in _all(getattr(parsed, _name(option)))]
    return words + [option for option in flags if getattr(parsed, _name(option))]


def _all(value: Any) -> list[str]:
    return [] if value is None else value if isinstance(value, list) else [value]


def _name(option: str) -> str:
    return option.lstrip("-").replace("-", "_")


def _bytes(text: str) -> int:
    digits = text.rstrip("KMGT")
    unit = text[len(digits) :]
    if not digits.isdigit() or unit not in UNITS or int(digits) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is no size: write 512M, 1G or a number of bytes")
    return int(digits) * UNITS[unit]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="whofetched-spark", description=__doc__)
    parser.add_argument("--version", action="version", version=f"whofetched-spark {__version__}")
    commands = parser.add_subparsers(dest="command", required=True)
    _scan_options(commands.add_parser("scan", help="who fetched what was exposed, by all executors of a cluster"))
    again = commands.add_parser("report", help="the report of a finished scan once more, without reading the logs")
    again.add_argument("work", metavar="WORK", help="the folder that `scan --work` kept")
    _program(again)
    _reduce_options(again)
    return parser


def _scan_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("inputs", nargs="*", metavar="CASE.toml | INPUT", help="as of `whofetched scan`")
    spark = parser.add_argument_group("where")
    spark.add_argument("--master", help="spark://HOST:7077, yarn, k8s://…, local[4]; without it, as it is configured")
    spark.add_argument("--remote", metavar="sc://HOST:PORT", help="a server of Spark Connect instead of a master")
    spark.add_argument("--conf", action="append", metavar="KEY=VALUE", help="a setting of Spark; several times")
    _program(spark)
    spark.add_argument("--program-there", metavar="PATH", help="the program on every executor, instead of sending it")
    spark.add_argument(
        "--task-size", type=_bytes, default=1 << 30, metavar="BYTES", help="what a task reads at least (1G)"
    )
    spark.add_argument("--split-size", metavar="BYTES", help="as of `whofetched plan` (64M)")
    spark.add_argument(
        "--timeout", type=float, default=600, metavar="SECONDS", help="how long a try may take for each GiB (600)"
    )
    spark.add_argument("--work", metavar="DIR", help="keep plan, partials, ledger and Spark's log in this new folder")
    spark.add_argument("--plan", metavar="PLAN", help="what `whofetched plan` wrote, instead of CASE and INPUT")
    spark.add_argument("--verbose", action="store_true", help="show what Spark says")
    asked = parser.add_argument_group("what is asked, as of `whofetched plan`")
    asked.add_argument("-p", "--path", action="append", metavar="PATTERN")
    for option in PLAN_VALUES:
        # Of these there may be several.
        is_list = option in ("--known", "--trust-proxy", "--config")
        asked.add_argument(option, action="append" if is_list else "store", metavar="…")
    for option in PLAN_FLAGS:
        asked.add_argument(option, action="store_true")
    _reduce_options(parser)


def _program(parser: Any) -> None:
    parser.add_argument("--program", default="whofetched", metavar="PATH", help="the program here (whofetched)")


def _reduce_options(parser: argparse.ArgumentParser) -> None:
    told = parser.add_argument_group("what is told, as of `whofetched reduce`")
    for option in REDUCE_VALUES:
        told.add_argument(option, metavar="…")
    for option in REDUCE_FLAGS:
        told.add_argument(option, action="store_true")
