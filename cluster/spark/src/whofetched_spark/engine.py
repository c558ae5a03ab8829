"""Spark, as it is needed here: a session, files that go with the job, and rows back.

The DataFrame API alone, so that it is the same on a cluster, over Spark
Connect and on Databricks; only how files are sent differs.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from . import work
from .words import Refused, tail

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

#: How many bytes of partials are brought to the driver by one job of Spark.
FETCH_BYTES = 64 << 20


class Engine:
    """A session of Spark."""

    def __init__(self, spark: SparkSession, is_own: bool) -> None:
        self.spark = spark
        self.is_own = is_own
        self.is_remote = ".connect." in type(spark).__module__
        self.attempts = self._attempts()

    @classmethod
    def start(cls, master: str | None, remote: str | None, conf: Sequence[str], log: str | None) -> Engine:
        """Begins a session; without a master or a server it is the one that is there.

        What Spark itself says goes to the file `log`.
        """
        try:
            import pyarrow  # noqa: F401
            from pyspark.sql import SparkSession
        except ImportError as error:
            raise Refused(f"{error.name} is not installed here: pip install 'whofetched-spark[spark]'") from error
        if (remote or master or "").startswith("local"):
            # Executors are this machine: they have the modules that this Python has.
            os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        builder: Any = SparkSession.builder
        if remote:
            builder = builder.remote(remote)
        else:
            builder = builder.appName("whofetched")
            if master:
                builder = builder.master(master)
        for each in conf:
            key, equals, value = each.partition("=")
            if not equals:
                raise Refused(f"--conf {each}: write it as KEY=VALUE")
            builder = builder.config(key, value)
        try:
            with _errors_to(log):
                spark = builder.getOrCreate()
        except Exception as error:
            raise Refused(f"no session of Spark could be begun: {reason(error)}") from error
        return cls(spark, is_own=bool(master or remote))

    def ship(self, path: str) -> None:
        """Sends a file with the job; executors find it under its name."""
        try:
            if self.is_remote:
                self.spark.addArtifacts(path, file=True)
            else:
                self.spark.sparkContext.addFile(path)
        except Exception as error:
            raise Refused(f"{path} could not be sent to the executors: {reason(error)}") from error

    def run(self, job: work.Job, tasks: Sequence[work.Task]) -> Iterator[Any]:
        """Runs tasks, each in a partition of its own, and gives their rows.

        Rows come of tries that ended well alone, so that nothing is there twice
        however often a task was tried.
        """
        from pyspark import cloudpickle

        cloudpickle.register_pickle_by_value(work)  # type: ignore[no-untyped-call]
        numbers = self.spark.range(0, len(tasks), 1, numPartitions=len(tasks))
        frame = numbers.mapInArrow(work.carry_out(job, tasks), work.SCHEMA)
        try:
            yield from frame.toLocalIterator() if self.is_remote else _kept(frame, len(tasks))
        except Refused:
            raise
        except Exception as error:
            raise Refused(f"Spark gave up: {reason(error)}") from error

    def stop(self) -> None:
        """Ends the session, if it was begun here."""
        if self.is_own:
            try:
                self.spark.stop()
            except Exception as error:  # noqa: BLE001
                sys.stderr.write(f"whofetched-spark: the session did not end well: {reason(error)}\n")

    def _attempts(self) -> int:
        """How often Spark tries a task."""
        try:
            master = str(self.spark.conf.get("spark.master", "") or "")
            if master.startswith("local") and not master.startswith("local-cluster"):
                # local[2] tries once, local[2,3] three times.
                _, comma, times = master.rstrip("]").partition(",")
                return int(times) if comma else 1
            return int(str(self.spark.conf.get("spark.task.maxFailures", "4")))
        except Exception:  # noqa: BLE001
            # A server that does not tell: a fault of the first try is then told at once.
            return 1


def _kept(frame: DataFrame, n_tasks: int) -> Iterator[Any]:
    """The rows of a frame, after all of it was made: to fetch them makes one partition at a time."""
    from pyspark import StorageLevel
    from pyspark.sql import functions

    frame = frame.persist(StorageLevel.DISK_ONLY)
    try:
        total = frame.agg(functions.sum(functions.length("data"))).collect()[0][0] or 0
        jobs = max(1, min(n_tasks, -(-total // FETCH_BYTES)))
        yield from frame.coalesce(jobs).toLocalIterator()
    finally:
        frame.unpersist()


def reason(error: BaseException) -> str:
    """What an error of Spark comes down to: of a trace the line that says it."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    said = [line for line in lines if "Error: " in line or "Exception: " in line or "Fault: " in line]
    return tail((said or lines or [type(error).__name__])[-1 if said else 0])


@contextmanager
def _errors_to(path: str | None) -> Iterator[None]:
    """Has everything that is started meanwhile complain into a file."""
    if path is None:
        yield
        return
    sys.stderr.flush()
    before = os.dup(2)
    try:
        with open(path, "ab") as log:
            os.dup2(log.fileno(), 2)
        yield
    finally:
        sys.stderr.flush()
        os.dup2(before, 2)
        os.close(before)
