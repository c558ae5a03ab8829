"""What is compared with what, on which log, and how much it may cost.

The limits are ratios: of CPU seconds (user and system, children included), and
of wall time where two cores are idle.
"""

import os
from dataclasses import dataclass

import layouts
import logs
import peers

MB = 1_000_000

# A comparison fails the short run when its CPU ratio is worse than its limit by half, or than what was reached.
TOLERANCE = 1.5


@dataclass(frozen=True)
class Scene:
    name: str
    title: str
    # Which log, by a key of `Logs`.
    log: str
    # Ours and theirs: a word of `Logs.command`, or the name of a peer.
    ours: str
    theirs: str
    cpu: float | None = None
    wall: float | None = None
    # Also in the short run.
    short: bool = False
    # The log that theirs reads, where it is another.
    other_log: str | None = None
    # What was reached where that is beyond the limit: the short run is held
    # against this, and so still fails where it becomes worse.
    reached: float | None = None


SCENES = [
    Scene("wc", "`wc -l`", "plain", "first", "wc", 5.0, 2.6, True),
    Scene("index", "reading and the structural index alone, two threads", "plain", "first", "index", 1.8, 1.8, True, reached=3.4),
    Scene("rg-literal", "`rg -c -F LITERAL`", "plain", "first", "rg-literal", 4.2, 2.2, True),
    Scene("rg-mawk", "`rg REGEX`, encodings in it, piped to mawk", "plain", "first", "rg-mawk", 0.7, 0.4),
    Scene("mawk", "mawk, hits and hours", "plain", "first", "mawk", 0.4, 0.25, True),
    Scene("duckdb", "DuckDB, decoding the paths", "middle", "first", "duckdb", 0.08, 0.08),
    Scene("chdb", "chDB, decoding the paths", "middle", "first", "chdb", 0.2, 0.2),
    Scene("polars", "polars, without decoding", "middle", "first", "polars"),
    Scene("goaccess", "GoAccess, JSON output", "little", "first", "goaccess", 0.02, 0.015),
    Scene("gz", "one .gz, against its own decoder into a sink", "gz", "first", "decode", 1.35, 1.15),
    Scene("zst", "one .zst, against its own decoder into a sink", "zst", "first", "decode"),
    Scene("igzip-wc", "one .gz, against `igzip -dc`, `wc -l`", "gz", "first", "igzip-wc"),
    Scene("pigz-mawk", "one .gz, against `pigz -dc` and mawk", "gz", "first", "pigz-mawk"),
    Scene("rotated", "16 .gz, two threads against one", "rotated", "first", "one-thread", None, 0.55),
    Scene("dense", "20 % hits against 1 in a million", "dense", "first", "first", 4.0, 4.0, False, "sparse"),
    Scene("many-hits", "200 hits in a million against 1", "half", "first", "first", None, None, False, "sparse"),
    Scene("targets", "10,000 targets against one", "plain", "10,000 targets", "first", 1.5, 1.5, True),
    Scene("beside", "10,000 targets beside pages that are asked for, against one", "plain", "10,000 beside pages", "first", 1.5, 1.5),
    Scene("globs", "10,000 globs against one path", "plain", "10,000 globs", "first", 3.0, 3.0),
    Scene("regexes", "100 regular expressions against one path", "plain", "100 regexes", "first", 3.0, 3.0, True),
    Scene("grammar", "every line by its grammar, against `wc -l`", "plain", "grammar", "wc", 13.0),
    Scene("hash", "with SHA-256, against SHA-256 alone", "plain", "hashed", "sha", 1.5, 1.1, True, reached=2.1),
    Scene("whole", "the whole scan, against its first pass", "plain", "scan", "first", 2.1, 2.1, True),
    Scene("whole-wc", "the whole scan, against `wc -l`", "plain", "scan", "wc"),
    Scene("whole-beside", "the whole scan for 10,000 files beside pages that are asked for, against one folder", "plain", "scan for files", "scan", 1.5, 1.5, True, reached=1.7),
    Scene("timed", "a log with times behind the combined fields, against `wc -l`", "timed", "first", "wc"),
    Scene("iis", "a log of IIS (W3C), against `wc -l`", "iis", "first", "wc"),
    Scene("alb", "a log of a load balancer of AWS, against `wc -l`", "alb", "first", "wc"),
    Scene("bucket", "a log of a bucket of Amazon S3, against `wc -l`", "bucket", "first", "wc"),
    Scene("edge", "a log of CloudFront, against `wc -l`", "edge", "first", "wc"),
    Scene("mixed", "clients by IPv6, users, times out of order, encoded paths, against `wc -l`", "mixed", "first", "wc"),
    Scene("named", "clients by host name, against `wc -l`", "named", "first", "wc"),
    Scene("objects", "a log of nginx in JSON, against `wc -l`", "objects", "first", "wc"),
    Scene("objects-grammar", "the same, every line by its grammar", "objects", "grammar", "wc"),
    Scene("spark", "on two executors of Spark, against its text source and SQL (CPU of the drivers alone)", "middle", "scan-on-spark", "spark"),
    Scene("published", "lines that real servers wrote, against `wc -l`", "published", "first", "wc"),
    Scene("published-mawk", "lines that real servers wrote, against mawk", "published", "first", "mawk"),
]

# Many targets, globs and regular expressions, each with the exposed folder.
PLACES = ["/backup/{folder}/export-{number}.csv", "/people/{number}/report.pdf", "/invoice-{number}.pdf"]
SHAPES = [
    r"re:^/backup/{number}/[a-z]+-[0-9]+\.csv$",
    r"re:(?i)/(old|dump)-{number}\.(sql|zip)$",
    r"re:^/[a-z]+/[^/]+/x{number}$",
]
TARGETS = [logs.FOLDER, *(PLACES[number % 3].format(folder=number % 100, number=number) for number in range(9_999))]
BESIDE = [f"/{logs.FOLDERS[number % 10]}/{number * 7919 % 100_000}.csv" for number in range(9_999)]
GLOBS = [*(f"/{logs.FOLDERS[number % 10]}/*/{number}-*.csv" for number in range(5_000)), *(f"/**/export-{number}.sql" for number in range(4_999))]
REGEXES = [f"re:^{logs.FOLDER}(/|$)", *(SHAPES[number % 3].format(number=number) for number in range(99))]

# The sizes of the curve of growth, in bytes.
GROWTH = [10 * MB, 100 * MB, 1_000 * MB, 10_000 * MB]


class Logs:
    """The logs of a run, made when they are asked for, and the commands over them."""

    def __init__(self, work, size, program, steps):
        self.work, self.size, self.program, self.steps = work, size, program, steps
        self.made = {}

    def path(self, key):
        if key not in self.made:
            self.made[key] = self.make(key)
        return self.made[key]

    def make(self, key):
        size = self.size
        # The names bear the sizes, so that logs of another run are not taken for these.
        name = lambda share, of: f"{of // MB}mb-{share}ppm"
        plain = lambda share, of: logs.wanted(self.work, name(share, of), of, share)
        return {
            "plain": lambda: plain(200, size),
            "sparse": lambda: plain(1, size // 2),
            "half": lambda: plain(200, size // 2),
            "dense": lambda: plain(200_000, size // 2),
            "middle": lambda: plain(200, size // 4),
            "little": lambda: plain(200, size // 20),
            "gz": lambda: logs.packed(plain(200, size // 2), "gz"),
            "zst": lambda: logs.packed(plain(200, size // 2), "zst"),
            "rotated": lambda: logs.rotated(plain(200, size // 2)),
            **{each: lambda each=each: layouts.rewritten(plain(200, size // 4), each) for each in layouts.LAYOUTS},
            "published": lambda: logs.published(self.work, size // 2),
        }[key]()

    def first(self, path, *options):
        return [self.steps, "first", *options, logs.FOLDER, path]

    def asking(self, name, patterns, path):
        """The first pass for many patterns, of which the exposed folder is one."""
        listed = os.path.join(self.work, name)
        with open(listed, "w", encoding="ascii") as out:
            out.writelines(f"{pattern}\n" for pattern in patterns)
        return [self.steps, "first", "--threads", "2", "--patterns", listed, path]

    def command(self, word, path):
        """The command of a word over a log; `None` where the peer is not there."""
        own = {
            "first": lambda: self.first(path, "--threads", "2"),
            "one-thread": lambda: self.first(path, "--threads", "1"),
            "10,000 targets": lambda: self.asking("targets.txt", TARGETS, path),
            "10,000 beside pages": lambda: self.asking("beside.txt", [logs.FOLDER, *BESIDE], path),
            "10,000 globs": lambda: self.asking("globs.txt", [logs.FOLDER, *GLOBS], path),
            "100 regexes": lambda: self.asking("regexes.txt", REGEXES, path),
            "grammar": lambda: self.first(path, "--threads", "2", "--grammar"),
            "hashed": lambda: self.first(path, "--threads", "2", "--hash"),
            "index": lambda: [self.steps, "index", path],
            "decode": lambda: [self.steps, "decode", path],
            "sha": lambda: [self.steps, "sha", path],
            "scan": lambda: [self.program, "scan", "--threads", "2", *self.asked(path)],
            "scan for files": lambda: [self.program, "scan", "--threads", "2", "--files", self.files(), *self.asked(path)],
            "scan-on-spark": lambda: peers.ours_on_spark(self.work, self.program, self.asked(path)),
        }
        return own[word]() if word in own else peers.command(self.work, word, path)

    def files(self):
        """A list of files that nobody asked for, beside pages that many did."""
        listed = os.path.join(self.work, "files.csv")
        with open(listed, "w", encoding="ascii") as out:
            out.writelines(f"{row}\n" for row in ["path", *BESIDE])
        return listed

    def asked(self, path):
        """What a scan of a log is asked."""
        begin = logs.BEGIN.strftime("%Y-%m-%dT%H:%M:%SZ")
        return ["--no-hash", "--json", "-p", logs.FOLDER, "--from", begin, "--to", logs.END, path]
