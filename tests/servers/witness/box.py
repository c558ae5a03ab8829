"""What a server runs in: a temporary folder, free ports of the loopback, processes that are always ended."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

# The zone of every server that has one of its own: no whole hours, no summer time, and the clock of none of us.
ZONE = "Asia/Kolkata"


@dataclass
class Log:
    """A log that a server writes, and what its line can say."""

    name: str
    path: Path
    # The server's own directive for it, as it stands in its configuration.
    directive: str
    # Which moment of a request its time is ("start", "end"), or None where it writes none.
    time: str | None = "end"
    # What its byte count counts: "body" (of the answer, without chunk framing), "framed" (with it), "wire" (headers
    # and all), "near-wire" (the same, counted before the headers took their last form), "planned" (the size of the
    # answer, sent or not), "begun" (what was sent when its line was written, before the end), "proxy" (what a proxy
    # between it and the client took), or None where it writes none.
    bytes: str | None = "body"
    # Which headers of a request stand on a line: agent, referer, forwarded, host, user.
    fields: frozenset[str] = frozenset({"agent", "referer", "user"})
    # The zone of times without one.
    zone: str | None = None
    # What must be said to the program to read it, in words that it knows: nothing where it finds out by itself.
    format: str | None = None
    # Whether it also finds out by itself.
    found: bool = True
    # Whether a line says who was connected.
    peer: bool = True
    # The file that it is kept in.
    file: str = ""
    # Whether it appends an address to those that were forwarded.
    appends: bool = False

    def said(self) -> dict:
        """The same for those who read the log, without where it was written."""
        kept = {"name": self.name, "file": self.file, "directive": self.directive, "time": self.time, "bytes": self.bytes,
                "fields": sorted(self.fields), "peer": self.peer, **({"appends": True} if self.appends else {})}
        return {**kept, **({"zone": self.zone} if self.zone else {}), **({"format": self.format} if self.format else {}),
                **({} if self.found else {"found": False})}


@dataclass
class Box:
    """The surroundings of one server."""

    folder: Path
    site: Path
    processes: list[subprocess.Popen] = field(default_factory=list)
    # How long to wait, once all ports answer, until everything listens, in seconds.
    listening: float = 0.3

    def __post_init__(self):
        (self.folder / "logs").mkdir(parents=True)
        self.folder.chmod(0o755)
        # Servers that give up root write their logs as somebody else.
        (self.folder / "logs").chmod(0o777)

    def port(self) -> int:
        """A port that is free on both loopback addresses."""
        while True:
            with socket.socket(socket.AF_INET6) as six, socket.socket() as four:
                four.bind(("127.0.0.1", 0))
                port = four.getsockname()[1]
                try:
                    six.bind(("::1", port))
                    return port
                except OSError:
                    continue

    def write(self, name: str, text: str, mode: int = 0o644) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(mode)
        return path

    def log(self, name: str) -> Path:
        return self.folder / "logs" / name

    def start(self, command: list, into: Path | None = None, errors: Path | None = None,
              env: dict | None = None) -> subprocess.Popen:
        """Starts a process of its own group; what it prints goes to `into` and `errors`, or to output.txt."""
        rest = self.folder / "output.txt"
        around = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "TZ": ZONE,
                  "LC_ALL": "C.UTF-8", "HOME": str(self.folder), **(env or {})}
        with open(into or rest, "ab") as out, open(errors or rest, "ab") as wrong:
            process = subprocess.Popen([str(word) for word in command], cwd=self.folder, env=around,
                                       stdin=subprocess.DEVNULL, stdout=out, stderr=wrong, start_new_session=True)
        self.processes.append(process)
        return process

    def origin(self, port: int) -> None:
        """Starts the server that stands behind a proxy."""
        self.start([sys.executable, "-B", "-m", "witness.origin", port, self.site], env=self.python())

    def python(self) -> dict:
        """What a Python of our own needs to find its modules."""
        return {"PYTHONPATH": str(Path(__file__).resolve().parent.parent)}

    def wait(self, port: int, seconds: float = 30, six: bool = True) -> None:
        """Waits until a port is answered at both loopback addresses, or at that of IPv4 alone."""
        end = time.time() + seconds
        for host in ("127.0.0.1", "::1") if six else ("127.0.0.1",):
            while True:
                try:
                    socket.create_connection((host, port), 1).close()
                    break
                except OSError as why:
                    dead = any(process.poll() not in (None, 0) for process in self.processes)
                    if dead or time.time() > end:
                        raise RuntimeError(f"nothing answers at {host}:{port}: {why}\n{self.said()}") from why
                    time.sleep(0.05)

    def said(self) -> str:
        path = self.folder / "output.txt"
        return path.read_text(errors="replace")[-3000:] if path.exists() else ""

    def stop(self) -> None:
        """Ends every process that was started here, with its children."""
        for process in reversed(self.processes):
            for each in (signal.SIGTERM, signal.SIGKILL):
                try:
                    os.killpg(process.pid, each)
                except ProcessLookupError:
                    break
                try:
                    process.wait(5)
                    break
                except subprocess.TimeoutExpired:
                    continue
        for process in self.processes:
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                pass
        self.processes.clear()


def tools() -> Path:
    """The folder of what package registries gave: `venv` of PyPI, `node_modules` of npm."""
    return Path(os.environ.get("WHOFETCHED_SERVER_TOOLS") or Path(__file__).resolve().parents[3] / "target/server-tools")


def node_modules() -> Path | None:
    folder = tools() / "node_modules"
    return folder if (folder / "morgan").is_dir() and (folder / "pino-http").is_dir() else None


def program(*names: str) -> str | None:
    """Where the first of some programs is: among our tools, or where administrators' programs are as well."""
    path = os.pathsep.join([str(tools() / "venv/bin"), os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin", "/sbin"])
    return next((found for name in names if (found := shutil.which(name, path=path))), None)


def version(command: list[str], cut: int = 1) -> str:
    """What a program says when it is asked for its version."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=30)
    lines = (done.stdout + done.stderr).strip().splitlines()
    return lines[cut - 1].strip() if len(lines) >= cut else "unknown"


def user() -> str:
    """Who we are."""
    return pwd.getpwuid(os.getuid()).pw_name


def is_root() -> bool:
    return os.getuid() == 0


def complain(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
