"""The site that every server serves: made anew each time, always the same bytes, with a fixed date."""

import base64
import hashlib
import os
from pathlib import Path

# 2025-01-15T12:00:00Z: when the files were last changed.
CHANGED = 1_736_942_400
SMALL_BYTES = 14_341
BIG_BYTES = 20_000_000

# The users who may read /private, as they are sent.
USERS = {'ann o\'neil "q"': "pass:word", "zo\u00e9": "secret"}


def rows(size: int) -> bytes:
    """A table of people who do not exist: a third of it is left when it is packed."""
    out, seed, made = [], 20240305, 0
    while made < size:
        seed = (seed * 6364136223846793005 + 1442695040888963407) & (2**64 - 1)
        row = f"{seed % 10**9:09d};person{seed >> 40};{1940 + (seed >> 33) % 70};{(seed >> 20) % 2 and 'pos' or 'neg'}\n"
        out.append(row)
        made += len(row)
    return "".join(out).encode()[:size]


def make(root: Path) -> Path:
    """Writes the site into `root`."""
    small = rows(SMALL_BYTES)
    files = {
        "index.html": b"<!doctype html><title>example</title><p>hello\n",
        "data/small.csv": small,
        "data/a b.csv": small[:500],
        "data/caf\u00e9.csv": small[:700],
        "private/small.csv": small[:900],
        "forbidden/small.csv": small[:1100],
        "data/big.csv": rows(BIG_BYTES),
    }
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        os.utime(path, (CHANGED, CHANGED))
    for folder in ("data", "private", "forbidden", "."):
        os.utime(root / folder, (CHANGED, CHANGED))
        (root / folder).chmod(0o755)
    return root


def htpasswd() -> str:
    """The users as htpasswd(5) writes them, the words in SHA-1, which all of these servers read."""
    words = {name: base64.b64encode(hashlib.sha1(word.encode()).digest()).decode() for name, word in USERS.items()}
    return "".join(f"{name}:{{SHA}}{word}\n" for name, word in words.items())
