"""What an executor does: runs the program on the splits of a task.

This module goes to the executors with the job, by value, so it needs nothing
there but Python, pyarrow and the program. What the program writes becomes
rows, cut into chunks; a fault becomes a row, too, once Spark has tried it often
enough elsewhere, so that the driver can say what failed and where.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import IO, TYPE_CHECKING, Any, Callable, NamedTuple

if TYPE_CHECKING:
    import pyarrow

#: The columns of a row: the task, which chunk of how many, the chunk, the digest of all of them
#: together, how many bytes they have, and by whom and at which try; or a fault.
SCHEMA = (
    "number long, chunk int, chunks int, data binary, sha256 string, n_bytes long, "
    "host string, attempt int, fault string"
)

#: The most bytes of a chunk: little enough for a row, a message and a batch of any engine.
CHUNK_BYTES = 2 << 20

#: As much of what the program complained is kept, in bytes.
COMPLAINT_BYTES = 4000

#: The program's exit status where trying again changes nothing: the plan does not fit, a source changed.
MISUNDERSTOOD = 2

#: A call of the system: tell the child when its parent dies.
PR_SET_PDEATHSIG = 1


class Job(NamedTuple):
    """What every task is told."""

    #: Where the program is on every executor; without it, it comes with the job.
    program_there: str | None
    #: The names under which files come with the job.
    program: str | None
    plan: str
    ask: str | None
    #: What the program is to call itself.
    version: str
    #: How often a task is tried.
    attempts: int
    #: How long a GiB may take, in seconds.
    seconds_per_gib: float


class Task(NamedTuple):
    """What one task is told."""

    splits: Sequence[int]
    n_bytes: int
    is_archive: bool


class Fault(Exception):
    """The program did not do it, or is not there."""

    def __init__(self, why: str, is_final: bool = False, split: int | None = None) -> None:
        super().__init__(why)
        self.is_final = is_final
        self.split = split


def carry_out(job: Job, tasks: Sequence[Task]) -> Callable[[Iterable[Any]], Iterable[Any]]:
    """What `mapInArrow` calls with batches of numbers of tasks."""

    def each(batches: Iterable[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
        for batch in batches:
            for number in batch.column(0).to_pylist():
                yield from _rows(job, number, tasks[number])

    return each


def _rows(job: Job, number: int, task: Task) -> Iterator[Any]:
    attempt, n_threads = _place()
    who = {"number": number, "host": socket.gethostname(), "attempt": attempt}
    is_last = attempt + 1 >= job.attempts
    # A file without a name: nothing of it stays, whatever ends this process.
    with tempfile.TemporaryFile(dir=_local()) as partial:
        try:
            with _program(job) as program:
                try:
                    _map(job, program, task, task.splits, n_threads, partial)
                except Fault as fault:
                    if not (fault.is_final or is_last):
                        raise
                    _one_by_one(job, program, task, n_threads, partial, fault)
        except Fault as fault:
            if not (fault.is_final or is_last):
                # Spark tries it again, perhaps elsewhere.
                raise
            split = "" if fault.split is None else str(fault.split)
            yield _batch(who, fault=f"{split}:{fault}")
            return
        yield from _chunks(who, partial)


def _one_by_one(job: Job, program: str, task: Task, n_threads: int, partial: IO[bytes], fault: Fault) -> None:
    """Maps each split by itself: the one that fails is named, and what was too much together may do."""
    if task.is_archive or len(task.splits) == 1:
        fault.split = task.splits[0]
        raise fault
    partial.seek(0)
    partial.truncate()
    for split in task.splits:
        try:
            _map(job, program, task, [split], n_threads, partial)
        except Fault as own:
            own.split = split
            raise


def _map(job: Job, program: str, task: Task, splits: Sequence[int], n_threads: int, partial: IO[bytes]) -> None:
    command = [program, "map", "--plan", _shipped(job.plan), "--threads", str(n_threads)]
    if job.ask:
        command += ["--ask", _shipped(job.ask)]
    for split in splits:
        command += ["--split", str(split)]
    seconds = job.seconds_per_gib * max(1.0, task.n_bytes / (1 << 30))
    status, complaint = _run(command, partial, seconds)
    if status == 0:
        return
    why = f"ended with {status}" if status > 0 else f"was ended by signal {-status}"
    raise Fault(f"map {why}: {complaint}", is_final=status == MISUNDERSTOOD)


def _run(command: list[str], out: IO[bytes], seconds: float) -> tuple[int, str]:
    """Runs the program with its output behind what is in a file: how it ended, and what it complained."""
    try:
        with tempfile.TemporaryFile(dir=_local()) as err:
            child = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                preexec_fn=_death_with_parent(),  # noqa: PLW1509
            )
            try:
                status = child.wait(seconds)
            except subprocess.TimeoutExpired:
                raise Fault(f"map was not done in {seconds:.0f} seconds, which --timeout allows") from None
            finally:
                if child.poll() is None:
                    child.kill()
                    child.wait()
            err.seek(max(0, err.seek(0, os.SEEK_END) - COMPLAINT_BYTES))
            return status, err.read().decode("utf-8", "replace")
    except OSError as error:
        raise Fault(f"{command[0]} cannot be run: {error.strerror}") from error


@contextmanager
def _program(job: Job) -> Iterator[str]:
    """The program, held against the version that planned."""
    path = job.program_there or _shipped(job.program or "")
    if not os.path.isfile(path):
        said = "as --program-there says" if job.program_there else "it did not come with the job"
        raise Fault(f"there is no program {path}, {said}")
    with ExitStack() as stack:
        if not (job.program_there or os.access(path, os.X_OK)):
            # As it came it may belong to another user, or lie in a cache.
            room = stack.enter_context(tempfile.TemporaryDirectory(prefix="whofetched-", dir=_local()))
            path = shutil.copyfile(path, os.path.join(room, "whofetched"))
            os.chmod(path, 0o700)
        answer = stack.enter_context(tempfile.TemporaryFile())
        status, complaint = _run([path, "--version"], answer, 60)
        answer.seek(0)
        version = answer.read().decode("utf-8", "replace").strip()
        if status != 0:
            raise Fault(f"{path} cannot be run: it ended with {status}: {complaint}")
        if version != job.version:
            raise Fault(f"{path} is {version[:80]}, and the plan was made by {job.version}: use one version")
        yield path


def _chunks(who: dict[str, Any], partial: IO[bytes]) -> Iterator[Any]:
    digest = hashlib.sha256()
    n_bytes = partial.seek(0, os.SEEK_END)
    partial.seek(0)
    while data := partial.read(CHUNK_BYTES):
        digest.update(data)
    partial.seek(0)
    chunks = -(-n_bytes // CHUNK_BYTES)
    for chunk in range(chunks):
        data = partial.read(CHUNK_BYTES)
        yield _batch(who, chunk=chunk, chunks=chunks, data=data, sha256=digest.hexdigest(), n_bytes=n_bytes)


def _batch(who: dict[str, Any], **more: Any) -> Any:
    import pyarrow

    kinds = {"long": pyarrow.int64(), "int": pyarrow.int32(), "binary": pyarrow.binary(), "string": pyarrow.string()}
    columns = [each.split() for each in SCHEMA.split(", ")]
    row = {**who, **more}
    arrays = [pyarrow.array([row.get(name)], kinds[kind]) for name, kind in columns]
    return pyarrow.RecordBatch.from_arrays(arrays, [name for name, _ in columns])


def _place() -> tuple[int, int]:
    """Which try this is, from 0, and how many processors the task has."""
    from pyspark import TaskContext

    context = TaskContext.get()
    return (context.attemptNumber(), max(1, context.cpus())) if context else (0, 1)


def _shipped(name: str) -> str:
    from pyspark import SparkFiles

    return str(SparkFiles.get(name))


def _local() -> str | None:
    """The folder in which the engine wants what is written for a time, and clears up after a crash."""
    wanted = (os.environ.get("LOCAL_DIRS") or os.environ.get("SPARK_LOCAL_DIRS") or "").split(",")[0]
    return wanted if wanted and os.path.isdir(wanted) else None


def _death_with_parent() -> Callable[[], None]:
    """What a child does before it becomes the program: a task that is given up takes it along.

    The library is loaded before the fork, because behind it nothing else may be.
    """
    try:
        prctl = ctypes.CDLL(None).prctl
    except (OSError, AttributeError):
        # Not on Linux: the program ends by itself.
        return lambda: None
    return lambda: prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
