"""Reads logs out of object stores on the loopback, and holds what comes of it
against what the same files give.

check.py PROGRAM S3S MOTO [CHECK…]: the program, the server of S3 that checks
signatures, the one that plays the metadata service of an instance, and which
functions of this file to call, if not all; `measure` is called only by name.
"""

import gzip
import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import zipfile
from contextlib import contextmanager
from pathlib import Path

import faulty

PROGRAM, S3S, MOTO = sys.argv[1:4]
STORY = Path("sample-logs/francetest").resolve()
# What moto's metadata service gives an instance, and the server of S3 asks for.
ACCESS, SECRET = "test-key", "test-secret-key"
CASE = ["-p", "/export/", "--from", "2021-06-01T00:00:00Z", "--to", "2021-09-01T00:00:00Z"]
BIG_LINES = 40_000

# Everything that the program said or wrote, in which no secret may stand.
told = []


def passed(what):
    print(f"  {what}", flush=True)


def environment(address, **more):
    clean = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return clean | {
        "AWS_ENDPOINT_URL": f"http://{address}",
        "AWS_ALLOW_HTTP": "true",
        "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": ACCESS,
        "AWS_SECRET_ACCESS_KEY": SECRET,
    } | more


def run(arguments, cwd, env=None, status=(0,)):
    """Runs the program. Its output, and what it complained of."""
    done = subprocess.run(
        [PROGRAM, *map(str, arguments)], cwd=cwd, env=env, capture_output=True, timeout=300
    )
    complaint = done.stderr.decode()
    told.extend([done.stdout, done.stderr])
    assert done.returncode in status, f"{arguments}: {done.returncode}: {complaint}"
    return done.stdout, complaint


def same(local, remote, prefix):
    """Two reports that differ by where the logs lie, and by nothing else."""
    moved = remote.decode().replace(prefix, "")
    assert json.loads(local) == json.loads(moved), "the reports differ"


@contextmanager
def server(command, address):
    """A server, once it listens, and until it is no longer needed."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    host, port = address.split(":")
    try:
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex((host, int(port))) == 0:
                    break
            assert process.poll() is None, f"{command[0]} does not start"
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait()


def free_address():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{probe.getsockname()[1]}"


def line(number):
    path = "/export/all.csv" if number % 500 == 0 else f"/page/{number}"
    minute, second = number // 60 % 60, number % 60
    return (
        f"203.0.113.{number % 200} - - [{1 + number // 86400:02}/Jul/2021:{number // 3600 % 24:02}:{minute:02}:{second:02} +0000] "
        f'"GET {path} HTTP/1.1" 200 {1000 + number % 7} "-" "agent {number % 11}"\n'
    )


def fill(bucket):
    """Puts logs where the server of S3 takes them for objects."""
    shutil.copytree(STORY / "logs", bucket / "story")
    kinds = bucket / "kinds"
    kinds.mkdir()
    text = "".join(line(number) for number in range(BIG_LINES)).encode()
    (kinds / "big.log").write_bytes(text)
    part = text[: 1 << 18].rsplit(b"\n", 1)[0] + b"\n"
    with gzip.GzipFile(kinds / "packed.log.gz", "wb", mtime=0) as packed:
        packed.write(part.replace(b"/page/", b"/packed/"))
    with zipfile.ZipFile(kinds / "archive.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("in/one.log", part.replace(b"/page/", b"/one/"))
        archive.writestr("in/two.log", part.replace(b"/page/", b"/two/"))
    (kinds / "wide.log").write_bytes(part.replace(b"/page/", b"/wide/").decode().encode("utf-16"))
    (kinds / "empty.log").write_bytes(b"")


def inputs_are_read(root, env):
    for more in [[], ["--no-hash"]]:
        local, _ = run(["scan", *CASE, "--json", *more, "logs"], root)
        remote, _ = run(["scan", *CASE, "--json", *more, "s3://logs"], root, env)
        same(local, remote, "s3://")
    case = STORY / "case.toml"
    local, _ = run(["scan", case, "--json", "logs/story"], root)
    for url in ["s3://logs/story/", "s3://logs/story/access.log*", "s3://logs/st*/*"]:
        remote, _ = run(["scan", case, "--json", url], root, env)
        local_as = local.replace(b'"logs/story"', json.dumps(url.removeprefix("s3://")).encode())
        same(local_as, remote, "s3://")
    passed("one object, a prefix and globs give the report of the files")


def a_case_names_urls(root, env):
    text = (STORY / "case.toml").read_text()
    old = 'logs = ["logs/access.log*"]'
    assert old in text
    for name, logs in [("near", "logs/story/access.log*"), ("far", "s3://logs/story/access.log*")]:
        (root / f"{name}.toml").write_text(text.replace(old, f'logs = ["{logs}"]'))
    local, _ = run(["scan", "near.toml", "--json"], root)
    remote, _ = run(["scan", "far.toml", "--json"], root, env)
    near, far = json.loads(local), json.loads(remote.replace(b"s3://", b""))
    for report in (near, far):
        report["tool"].pop("arguments")
    assert near["verdict"] == far["verdict"] and near["actors"] == far["actors"]
    assert [one["server"] for one in near["inputs"]] == [one["server"] for one in far["inputs"]]
    passed("logs of a server are named by URL in a case file")


def other_commands_read(root, env):
    out, _ = run(["inspect", "s3://logs/story/"], root, env)
    assert b"access.log" in out
    out, _ = run(["scan", *CASE, "--quiet", "--out", root / "report", "s3://logs/kinds/"], root, env)
    report = json.loads((root / "report/report.json").read_bytes())
    first = report["evidence"][0]["id"]
    out, _ = run(["show", first, "--report", root / "report"], root)
    assert b"/export/all.csv" in out
    out, _ = run(["verify", root / "report"], root, env)
    assert b"the logs give this report" in out, out
    passed("inspect, show and verify read them")


def steps(root, env, url, more, status=(0,)):
    plan, _ = run(["plan", *CASE, *more, url], root, env, status)
    (root / "plan.ndjson").write_bytes(plan)
    return len(plan.splitlines()) - 1


def mapped(root, env, count):
    for number in range(count):
        part, _ = run(["map", "--plan", "plan.ndjson", "--split", number], root, env)
        (root / f"{number}.part").write_bytes(part)
    parts = [f"{number}.part" for number in range(count)]
    out, _ = run(["reduce", "--plan", "plan.ndjson", "--json", *parts], root, env)
    told.extend((root / part).read_bytes() for part in parts)
    return out


def steps_read(root, env):
    for more in [["--split-size", "1500000"], ["--split-size", str(1 << 20), "--no-hash"]]:
        count = steps(root, env, "s3://logs/kinds/", more)
        assert count > 5, count
        plan = [json.loads(one) for one in (root / "plan.ndjson").read_text().splitlines()]
        assert all(one["tag"] for one in plan[1:]), "a split without a tag"
        local, _ = run(["scan", *CASE, "--json", *more[2:], "logs/kinds/"], root)
        same(local, mapped(root, env, count), "s3://")
    passed("plan, map and reduce give the report of a scan")


def a_change_is_refused(root, env):
    steps(root, env, "s3://logs/kinds/big.log", ["--split-size", "1500000"])
    big = root / "logs/kinds/big.log"
    text = big.read_bytes()
    # As long as before, and of the same time: only the tag is another.
    stat = big.stat()
    big.write_bytes(text.replace(b"203.0.113.7 ", b"203.0.113.8 "))
    os.utime(big, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    _, complaint = run(["map", "--plan", "plan.ndjson", "--split", "1"], root, env, status=(2,))
    assert "changed since the plan was made: its tag was" in complaint, complaint
    big.write_bytes(text + b"more\n")
    _, complaint = run(["map", "--plan", "plan.ndjson", "--split", "1"], root, env, status=(2,))
    assert "changed since the plan was made: it had" in complaint, complaint
    big.unlink()
    _, complaint = run(["map", "--plan", "plan.ndjson", "--split", "1"], root, env, status=(2,))
    assert "it is not there" in complaint, complaint
    big.write_bytes(text)
    passed("an object that changed between plan and map is refused")


def errors_are_clear(root, env):
    address = free_address()

    def refused(url, what, **more):
        _, complaint = run(["scan", *CASE, url], root, env | more, status=(1, 2))
        assert what in complaint, complaint
        return complaint

    refused("s3://logs/story", "SignatureDoesNotMatch", AWS_SECRET_ACCESS_KEY="wrong-secret")
    refused("s3://logs/story", "403", AWS_ACCESS_KEY_ID="wrong-key")
    refused("s3://logs/none.log", "names no object")
    refused("s3://none/a.log", "NoSuchBucket")
    refused("hdfs://node/logs", "nothing is read by hdfs://")
    nowhere = f"http://{free_address()}"
    began = time.monotonic()
    refused("s3://logs/story", "there is no connection to the store", AWS_ENDPOINT_URL=nowhere)
    assert time.monotonic() - began < 60, "it was tried for too long"
    for url in [
        f"http://me:hidden-word@{address}/a.log",
        f"http://{address}/a.log?X-Amz-Signature=hidden-word",
        "s3://logs/a.log?X-Amz-Signature=hidden-word",
    ]:
        complaint = refused(url, "would stand in the report")
        assert "hidden-word" not in complaint, complaint
    passed("wrong credentials, missing objects, a store that is down and secrets in URLs are told")


def faults_are_survived(root, env):
    address = env["AWS_ENDPOINT_URL"].removeprefix("http://")
    local, _ = run(["scan", *CASE, "--json", "logs/kinds/"], root)
    with faulty.proxy(address, ["500", "drop", "cut"], 3) as proxy:
        through = env | {"AWS_ENDPOINT_URL": f"http://{proxy.address}"}
        remote, _ = run(["scan", *CASE, "--json", "s3://logs/kinds/"], root, through)
        same(local, remote, "s3://")
        assert len(proxy.requests) > 12, proxy.requests
    with faulty.proxy(address, ["500"], 1) as proxy:
        through = env | {"AWS_ENDPOINT_URL": f"http://{proxy.address}"}
        _, complaint = run(["scan", *CASE, "s3://logs/kinds/"], root, through, status=(1, 2))
        assert "the store answered with 500" in complaint, complaint
        assert len(proxy.requests) == 6, proxy.requests
    passed("errors of the server and broken connections are tried again, and not for ever")


def an_instance_has_a_role(root, env):
    address = free_address()
    host, port = address.split(":")
    without = {name: value for name, value in env.items() if "KEY" not in name}
    local, _ = run(["scan", *CASE, "--json", "logs/story"], root)
    with server([MOTO, "-H", host, "-p", port], address):
        role = without | {"AWS_METADATA_ENDPOINT": f"http://{address}"}
        remote, _ = run(["scan", *CASE, "--json", "s3://logs/story/access.log*"], root, role)
        same(local.replace(b'"logs/story"', b'"logs/story/access.log*"'), remote, "s3://")
        passed("the role of an instance gives the credentials")
        # The same server is another store: one whose listings have tags.
        moto = http.client.HTTPConnection(address)
        files = sorted((root / "logs/story").iterdir())
        for path, body in [("/logs", b""), *((f"/logs/story/{f.name}", f.read_bytes()) for f in files)]:
            moto.request("PUT", path, body)
            answer = moto.getresponse()
            answer.read()
            assert answer.status == 200, answer.status
        other = env | {"AWS_ENDPOINT_URL": f"http://{address}"}
        remote, _ = run(["scan", *CASE, "--json", "s3://logs/story"], root, other)
        same(local, remote, "s3://")
        passed("another server of S3 gives the same")
    gone = without | {"AWS_METADATA_ENDPOINT": f"http://{address}"}
    _, complaint = run(["scan", *CASE, "s3://logs/story"], root, gone, status=(1, 2))
    assert "no credentials in the environment" in complaint, complaint
    passed("no credentials at all are told")


def web_servers_are_read(root, _):
    names = ["story/access.log", "story/access.log.2.gz", "kinds/big.log", "kinds/archive.zip"]
    local, _ = run(["scan", *CASE, "--json", *(f"logs/{name}" for name in names)], root)
    for parts, tag in [(True, True), (True, False), (False, True), (False, False)]:
        with faulty.web(root, parts, tag) as web:
            urls = [f"http://{web.address}/logs/{name}" for name in names]
            remote, _ = run(["scan", *CASE, "--json", *urls], root)
            same(local, remote, f"http://{web.address}/")
            count = steps(root, None, urls[2], ["--split-size", "1500000"])
            assert (count > 1) == parts, count
            big, _ = run(["scan", *CASE, "--json", "logs/kinds/big.log"], root)
            same(big, mapped(root, None, count), f"http://{web.address}/")
    with faulty.web(root, True, True) as web:
        _, complaint = run(["scan", *CASE, f"http://{web.address}/logs/"], root, status=(1, 2))
        assert "are not listed" in complaint, complaint
    passed("web servers are read, by parts or whole, with tags or without")


def measure(root, _):
    """How quick a large log is, by ranges of a web server and as a file."""
    text = (root / "logs/kinds/big.log").read_bytes()
    with (root / "large.log").open("wb") as into:
        for _ in range(1 + (512 << 20) // len(text)):
            into.write(text)
    size = (root / "large.log").stat().st_size / 1e6
    with faulty.web(root, True, True) as web:
        for more in [[], ["--no-hash"]]:
            for name in ["large.log", f"http://{web.address}/large.log"]:
                began = time.monotonic()
                run(["scan", *CASE, "--quiet", *more, name], root)
                seconds = time.monotonic() - began
                print(f"  {' '.join([*more, name])}: {size / seconds:.0f} MB/s", flush=True)


CHECKS = [
    inputs_are_read,
    a_case_names_urls,
    other_commands_read,
    steps_read,
    a_change_is_refused,
    errors_are_clear,
    faults_are_survived,
    an_instance_has_a_role,
    web_servers_are_read,
    measure,
]


def wanted(checks):
    names = sys.argv[4:]
    return [one for one in checks if one.__name__ in names or not names and one is not measure]


def main():
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "logs").mkdir()
        fill(root / "logs")
        address = free_address()
        host, port = address.split(":")
        command = [S3S, "--host", host, "--port", port, "--access-key", ACCESS, "--secret-key", SECRET, folder]
        env = environment(address)
        with server(command, address):
            for check in wanted(CHECKS):
                check(root, env)
        secrets = [SECRET, ACCESS, "test-session-token", "hidden-word", "wrong-secret", "wrong-key"]
        for file in (root / "report").rglob("*"):
            if file.is_file():
                told.append(file.read_bytes())
        assert not any(secret.encode() in text for text in told for secret in secrets)
        passed("no secret stands in a plan, a partial, a report or a message")


main()
