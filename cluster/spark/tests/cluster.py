"""A standalone cluster on this machine: a master and workers, on loopback, that end with this process."""

from __future__ import annotations

import atexit
import contextlib
import os
import re
import signal
import subprocess
import time
from collections.abc import Sequence

import pyspark

HOME = os.path.dirname(pyspark.__file__)

#: A Java that lives for seconds starts quickly instead of learning to be quick.
QUICK = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"

#: How long a part of the cluster may take to come up, in seconds.
PATIENCE = 300


class Cluster:
    """A master with workers of one core each, every one in a process group of its own."""

    def __init__(self, folder: str, python: str) -> None:
        self.folder = folder
        self.started: dict[str, subprocess.Popen[bytes]] = {}
        self.environment = {
            **os.environ,
            "SPARK_HOME": HOME,
            "SPARK_LOCAL_IP": "127.0.0.1",
            "SPARK_MASTER_HOST": "127.0.0.1",
            "SPARK_WORKER_DIR": os.path.join(folder, "work"),
            "SPARK_LOCAL_DIRS": os.path.join(folder, "local"),
            "SPARK_DAEMON_MEMORY": "256m",
            "SPARK_DAEMON_JAVA_OPTS": QUICK,
            "PYSPARK_PYTHON": python,
        }
        os.makedirs(self.environment["SPARK_LOCAL_DIRS"])
        # Nothing is left, however this process ends.
        atexit.register(self.close)
        self._start("master", ["org.apache.spark.deploy.master.Master", "--port", "0", "--webui-port", "0"])
        self.master = self._said("master", r"Starting Spark master at (spark://127\.0\.0\.1:\d+)")
        self.add("worker-1", "worker-2")

    def add(self, *names: str) -> None:
        """Starts workers, and waits until the master has them."""
        options = ["--cores", "1", "--memory", "1g", "--host", "127.0.0.1", "--webui-port", "0"]
        for name in names:
            self._start(name, ["org.apache.spark.deploy.worker.Worker", *options, self.master])
        for name in names:
            self._said(name, r"(Successfully registered with master)")

    def connect(self) -> str:
        """Starts a server of Spark Connect that works on this cluster."""
        options = {
            "spark.connect.grpc.binding.address": "127.0.0.1",
            "spark.connect.grpc.binding.port": "0",
            **settings(),
        }
        words = [word for key, value in options.items() for word in ("--conf", f"{key}={value}")]
        server = ["--class", "org.apache.spark.sql.connect.service.SparkConnectServer", "--master", self.master]
        command = ["org.apache.spark.deploy.SparkSubmit", *server, *words, "spark-internal"]
        # It is a daemon that does a driver's work.
        self._start("connect", command, {"SPARK_DAEMON_MEMORY": "768m"})
        port = self._said("connect", r"Spark Connect server started at: [^\n]*?:(\d+)")
        return f"sc://127.0.0.1:{port}"

    def children(self, name: str) -> list[int]:
        """The processes that a part of the cluster started: of a worker its executors."""
        parent = self.started[name].pid
        found = []
        for each in filter(str.isdigit, os.listdir("/proc")):
            with contextlib.suppress(OSError), open(f"/proc/{each}/stat", encoding="utf-8", errors="replace") as stat:
                # The name of the program, in brackets, may have blanks in it.
                if int(stat.read().rpartition(")")[2].split()[1]) == parent:
                    found.append(int(each))
        return found

    def kill(self, name: str) -> None:
        """Kills a worker and its executors, as a crash of their machine does."""
        processes = [*self.children(name), self.started[name].pid]
        for process in processes:
            os.kill(process, signal.SIGKILL)
        self.started.pop(name).wait()

    def stop(self, name: str) -> None:
        """Ends a part of the cluster, and everything that it started: it is a process group."""
        process = self.started.pop(name)
        for signal_, seconds in ((signal.SIGTERM, 10), (signal.SIGKILL, 10)):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal_)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(seconds)

    def close(self) -> None:
        """Ends everything."""
        for name in list(self.started)[::-1]:
            self.stop(name)

    def _start(self, name: str, command: Sequence[str], more: dict[str, str] | None = None) -> None:
        with open(os.path.join(self.folder, f"{name}.log"), "wb") as log:
            self.started[name] = subprocess.Popen(
                [os.path.join(HOME, "bin", "spark-class"), *command],
                env={**self.environment, **(more or {})},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _said(self, name: str, pattern: str) -> str:
        deadline = time.monotonic() + PATIENCE
        path = os.path.join(self.folder, f"{name}.log")
        while time.monotonic() < deadline and self.started[name].poll() is None:
            with open(path, encoding="utf-8", errors="replace") as log:
                found = re.search(pattern, log.read())
            if found:
                return found.group(1)
            time.sleep(0.1)
        with open(path, encoding="utf-8", errors="replace") as log:
            raise RuntimeError(f"{name} did not come up: {log.read()[-2000:]}")


def settings() -> dict[str, str]:
    """How a driver uses the cluster: on loopback, without pages, with little memory."""
    return {
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.ui.enabled": "false",
        "spark.executor.memory": "512m",
        "spark.executor.extraJavaOptions": QUICK,
        "spark.driver.memory": "768m",
        "spark.driver.extraJavaOptions": QUICK,
    }
