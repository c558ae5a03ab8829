"""Asks real servers the same awkward requests, and keeps what they logged and what the client did.

    tests/servers/run --missing                  what is not installed here
    tests/servers/run --install                  installs it (root, Debian 12), package registries included
    tests/servers/run record DIR [SERVER…]       records all servers, or some, into a folder
    tests/servers/run lab DIR                    records what counts and marks say of whole and aborted downloads
    tests/servers/run differs DIR                writes anew what is known to be logged otherwise, without servers
    tests/servers/run table DIR                  prints what each server logs of each request, for docs/servers.md

A server that is not there is passed over, and said so. With --all one that is missing is a failure.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path

from . import lab, site, table
from .box import Box, complain, is_root, program, tools
from .run import rewrite_differences, witness, write_requests
from .servers import SERVERS

# Servers at once: they mostly wait.
AT_ONCE = 4


def lacking() -> dict[str, str]:
    """What is missing here, by server."""
    return {server.NAME: what for server in SERVERS if (what := server.missing())}


def install() -> None:
    """Installs what is missing: Debian's packages as root, the others into a folder of our own.

    What cannot be had is said; its server is passed over.
    """
    wanted = {"DEBIAN": [], "PYPI": [], "NPM": []}
    for server in SERVERS:
        if server.missing():
            for kind, names in wanted.items():
                names.extend(name for name in getattr(server, kind, []) if name not in names)
    if wanted["PYPI"] and not find_spec("ensurepip"):
        wanted["DEBIAN"].append("python3-venv")
    if wanted["DEBIAN"] and not (is_root() and program("apt-get")):
        complain("not root on Debian; for an administrator to install: " + " ".join(wanted["DEBIAN"]))
    elif wanted["DEBIAN"]:
        with quiet_services():
            run("apt-get", "update", "-qq")
            run("apt-get", "install", "-qq", "-y", "--no-install-recommends", "tzdata", *wanted["DEBIAN"])
    if wanted["PYPI"]:
        venv = tools() / "venv"
        if not (venv / "bin/pip").exists():
            run(sys.executable, "-m", "venv", venv)
        run(venv / "bin/pip", "install", "-q", "--disable-pip-version-check", *wanted["PYPI"])
    if wanted["NPM"] and program("npm"):
        tools().mkdir(parents=True, exist_ok=True)
        run(program("npm"), "install", "--silent", "--no-audit", "--no-fund", "--prefix", tools(), *wanted["NPM"])


def run(*command) -> None:
    """Runs one step of an installation, and says so when it fails."""
    around = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run([str(word) for word in command], env=around, stdin=subprocess.DEVNULL, text=True,
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    except OSError as why:
        return complain(f"{command[0]}: {why}")
    if done.returncode != 0:
        complain(f"{' '.join(map(str, command[:3]))}: {done.stderr[-2000:]}")


class quiet_services:
    """Keeps freshly installed packages from starting their services (policy-rc.d of Debian)."""

    policy = Path("/usr/sbin/policy-rc.d")

    def __enter__(self):
        self.ours = not self.policy.exists()
        if self.ours:
            self.policy.write_text("#!/bin/sh\nexit 101\n")
            self.policy.chmod(0o755)

    def __exit__(self, *_):
        if self.ours:
            self.policy.unlink()


def record(out: Path, names: list[str], every: bool) -> int:
    """Records servers into a folder; gives the exit status."""
    chosen = [server for server in SERVERS if not names or server.NAME in names]
    if len(chosen) < len(set(names)):
        complain("servers are " + " ".join(server.NAME for server in SERVERS))
        return 2
    absent = lacking()
    failed: list[str] = []
    boxes: list[Box] = []
    out.mkdir(parents=True, exist_ok=True)
    write_requests(out)
    with tempfile.TemporaryDirectory(prefix="witness-") as folder:
        end_with_us(boxes, folder)
        Path(folder).chmod(0o755)
        served = site.make(Path(folder) / "site")

        def one(server, front: str) -> None:
            name = f"{server.NAME}-{front}" if front else server.NAME
            box, began = Box(Path(folder) / name, served), time.time()
            boxes.append(box)
            try:
                witness(server, front, box, out / name)
            except Exception:
                failed.append(name)
                complain(f"{name}: {traceback.format_exc()}\n{box.said()}")
            finally:
                box.stop()
                shutil.rmtree(box.folder, ignore_errors=True)
                complain(f"{name}: {time.time() - began:.0f} s")

        with ThreadPoolExecutor(AT_ONCE) as pool:
            for server in chosen:
                if server.NAME in absent:
                    complain(f"{server.NAME}: passed over, {absent[server.NAME]} is not installed")
                    failed.extend([server.NAME] if every or names else [])
                    continue
                for front in getattr(server, "FRONTS", [""]):
                    pool.submit(one, server, front)
    if failed:
        complain(f"failed: {' '.join(failed)}")
    return 1 if failed else 0


def end_with_us(boxes: list[Box], folder: str) -> None:
    """Ends every server when we are told to end, and leaves nothing behind."""
    def end(number, _) -> None:
        for box in boxes:
            box.stop()
        shutil.rmtree(folder, ignore_errors=True)
        os._exit(128 + number)

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--install", action="store_true", help="install what is missing, then go on")
    parser.add_argument("--missing", action="store_true", help="say what is missing")
    parser.add_argument("--all", action="store_true", help="a server that is missing is a failure")
    parser.add_argument("job", nargs="?", choices=["record", "lab", "differs", "table"])
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("servers", nargs="*")
    asked = parser.parse_args()
    if asked.install:
        install()
    if asked.missing or asked.install:
        absent = lacking()
        print("".join(f"{name}: {what}\n" for name, what in absent.items()) or "nothing is missing\n", end="")
    if asked.job is None:
        return 0
    if asked.folder is None:
        parser.error("name a folder")
    if asked.job == "record":
        return record(asked.folder, asked.servers, asked.all)
    if asked.job == "lab":
        return lab.record(asked.folder)
    if asked.job == "differs":
        rewrite_differences(asked.folder)
    else:
        sys.stdout.write(table.text(asked.folder))
    return 0


if __name__ == "__main__":
    sys.exit(main())
