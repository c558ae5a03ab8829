"""The driver: plans, has splits mapped, checks the ledger, and reduces.

What the first reading leaves open, `reduce` asks for; that is mapped by the
executors, too, round by round, until there is a report. The driver reads no
log: what a report quotes came with the partials.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field

from . import ledger as ledgers
from . import plan as plans
from . import work
from .engine import Engine
from .words import Refused, count, size

#: `reduce` wants more mapped.
WANTED = 4

#: More rounds than any question has: headers, copies, clients, first visits.
ROUNDS_MOST = 20


@dataclass(frozen=True)
class Scan:
    """What is asked."""

    #: What `whofetched plan` is told; nothing where the plan is there already.
    asked: Sequence[str]
    plan: str | None
    #: What `whofetched reduce` is told besides.
    telling: Sequence[str]
    program: str
    program_there: str | None
    master: str | None
    remote: str | None
    conf: Sequence[str] = field(default_factory=tuple)
    task_bytes: int = 1 << 30
    seconds_per_gib: float = 600.0
    work: str | None = None
    is_quiet: bool = False
    is_verbose: bool = False


def scan(asked: Scan) -> int:
    """Carries it out, and gives the exit status, which is that of `reduce`."""
    if asked.work is not None:
        os.makedirs(asked.work, mode=0o700, exist_ok=True)
        if os.listdir(asked.work):
            raise Refused(f"{asked.work} is not empty: what is in it is of another scan")
        return _scan_in(asked, os.path.abspath(asked.work))
    with tempfile.TemporaryDirectory(prefix="whofetched-spark-") as folder:
        return _scan_in(asked, folder)


def report(folder: str, program: str, telling: Sequence[str]) -> int:
    """Makes the report of a finished scan again, from its work folder."""
    files = ledgers.check(folder)
    plan = os.path.join(folder, ledgers.PLAN)
    return subprocess.run([_found(program), "reduce", "--plan", plan, *telling, *files], check=False).returncode


def _scan_in(asked: Scan, folder: str) -> int:
    program = _found(asked.program)
    plan_path = os.path.join(folder, ledgers.PLAN)
    problems = _plan(asked, program, plan_path)
    plan = plans.read(plan_path)
    version = _version(program)
    if version != plan.tool:
        raise Refused(f"the plan was made by {plan.tool}, and {program} is {version}: use one version")
    ledger = ledgers.Ledger(folder, plan)
    log = None if asked.is_verbose else os.path.join(folder, "spark.log")
    engine = Engine.start(asked.master, asked.remote, asked.conf, log)
    try:
        return _rounds(asked, engine, ledger, program, plan_path, problems)
    except Refused as refused:
        kept = f"\nwhat Spark said is in {log}" if log and asked.work else ""
        raise Refused(f"{refused}{kept}") from refused
    finally:
        engine.stop()


def _rounds(asked: Scan, engine: Engine, ledger: ledgers.Ledger, program: str, plan_path: str, problems: int) -> int:
    folder, plan = ledger.folder, ledger.plan
    job = work.Job(
        program_there=asked.program_there,
        program=None if asked.program_there else _ship(engine, folder, program),
        plan=_ship(engine, folder, plan_path),
        ask=None,
        version=plan.tool,
        attempts=engine.attempts,
        seconds_per_gib=asked.seconds_per_gib,
    )
    wanted: Sequence[plans.Split] = plan.splits
    for number in range(ROUNDS_MOST):
        groups = plans.groups(wanted, asked.task_bytes)
        n_bytes = sum(group.n_bytes for group in groups)
        if not asked.is_quiet:
            what = "to map" if number == 0 else "to map again"
            _say(f"{count(len(wanted), 'split')} {what}, {size(n_bytes)}, in {count(len(groups), 'task')}")
        tasks = [work.Task(group.splits, group.n_bytes, group.is_archive) for group in groups]
        if tasks:
            ledger.take(number, groups, engine.run(job, tasks))
        ledger.close()
        files = ledgers.check(folder)
        ask = os.path.join(folder, ledgers.ask(number + 1))
        command = [program, "reduce", "--plan", plan_path, "--ask-to", ask, *asked.telling]
        status = _reduce(command + files)
        if status != WANTED:
            return status or problems
        wanted = plans.asked(ask, plan)
        job = job._replace(ask=_ship(engine, folder, ask))
    raise Refused("something is wanted again and again")


def _plan(asked: Scan, program: str, path: str) -> int:
    """Plans, or takes the plan that is there; 1 where a source cannot be read."""
    if asked.plan is not None:
        try:
            shutil.copyfile(asked.plan, path)
        except OSError as error:
            raise Refused(f"{asked.plan}: {error.strerror}") from error
        return 0
    with open(path, "wb") as out:
        status = subprocess.run([program, "plan", *asked.asked], stdout=out, check=False).returncode
    if status not in (0, 1):
        raise Refused("there is no plan, as whofetched says")
    return status


def _reduce(command: list[str]) -> int:
    """Runs `reduce`; that it wants more mapped is told by what is mapped."""
    with tempfile.TemporaryFile() as complaints:
        status = subprocess.run(command, stderr=complaints, check=False).returncode
        complaints.seek(0)
        if status != WANTED:
            sys.stderr.write(complaints.read().decode("utf-8", "replace"))
    if status < 0:
        raise Refused(f"reduce was ended by signal {-status}: has the driver enough memory for what was found?")
    return status


def _ship(engine: Engine, folder: str, path: str) -> str:
    """Sends a file under a name that no other content has."""
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while data := file.read(1 << 20):
            digest.update(data)
    name = f"{digest.hexdigest()[:16]}-{os.path.basename(path)}"
    sent = os.path.join(folder, "sent")
    os.makedirs(sent, mode=0o700, exist_ok=True)
    shutil.copy(path, os.path.join(sent, name))
    engine.ship(os.path.join(sent, name))
    return name


def _found(program: str) -> str:
    path = shutil.which(program)
    if path is None:
        raise Refused(f"there is no program {program} here: say where it is with --program")
    return os.path.abspath(path)


def _version(program: str) -> str:
    told = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    if told.returncode != 0:
        raise Refused(f"{program} cannot be run: it ended with {told.returncode}")
    return told.stdout.strip()


def _say(text: str) -> None:
    sys.stderr.write(f"whofetched-spark: {text}\n")
