#!/usr/bin/env python3
"""Writes the sample stories: their logs and the truth about them.

    python3 sample-logs/make.py [STORY…]           write the stories (all, when none is named)
    python3 sample-logs/make.py --check [STORY…]   write them elsewhere and compare, exit 1 on a difference

The same program always writes the same bytes: every choice is drawn from a seeded generator, and neither the
clock nor the environment is asked. `case.toml` and `README.md` are written by hand and are not touched.
"""

import gzip
import sys
import tempfile
from pathlib import Path

# The stories are made in place, so no compiled files should appear beside the sources.
sys.dont_write_bytecode = True

from generator import (  # noqa: E402  (the line above must come first)
    api_enumeration,
    api_no_identity,
    at_least,
    best_effort,
    crawler,
    credential_pivot,
    edge_origin,
    elasticsearch,
    fourteen_of_sixty_one,
    francetest,
    held_copies,
    keys_lay_open,
    lost_control,
    names_only,
    nobody_came,
    not_logged,
    one_copy,
    quiet_week,
    s3_bucket,
    share_links,
    silent_hours,
)

STORIES = {
    "api-enumeration": api_enumeration,
    "api-no-identity": api_no_identity,
    "at-least": at_least,
    "best-effort": best_effort,
    "crawler": crawler,
    "credential-pivot": credential_pivot,
    "edge-origin": edge_origin,
    "elasticsearch": elasticsearch,
    "fourteen-of-sixty-one": fourteen_of_sixty_one,
    "francetest": francetest,
    "held-copies": held_copies,
    "keys-lay-open": keys_lay_open,
    "lost-control": lost_control,
    "names-only": names_only,
    "nobody-came": nobody_came,
    "not-logged": not_logged,
    "one-copy": one_copy,
    "quiet-week": quiet_week,
    "s3-bucket": s3_bucket,
    "share-links": share_links,
    "silent-hours": silent_hours,
}
HERE = Path(__file__).resolve().parent


def contents(story: Path) -> dict[str, bytes]:
    """What a story's folder holds, decompressed: two builds of zlib may pack the same log differently."""
    found = {}
    for path in [story / "truth.json", *sorted(story.glob("logs/*")), *sorted(story.glob("copy/*"))]:
        if path.exists():
            stored = path.read_bytes()
            found[str(path.relative_to(story))] = gzip.decompress(stored) if path.suffix == ".gz" else stored
    return found


def differences(name: str) -> list[str]:
    """The files of a story that are missing, superfluous, or not what the generator writes."""
    with tempfile.TemporaryDirectory() as folder:
        STORIES[name].make(Path(folder))
        wanted = contents(Path(folder))
    present = contents(HERE / name)
    return [file for file in sorted(wanted.keys() | present.keys()) if wanted.get(file) != present.get(file)]


def main(arguments: list[str]) -> int:
    check = "--check" in arguments
    names = [argument for argument in arguments if argument != "--check"] or list(STORIES)
    unknown = [name for name in names if name not in STORIES]
    if unknown:
        print(f"no story is called {', '.join(unknown)}; there are {', '.join(STORIES)}", file=sys.stderr)
        return 2
    status = 0
    for name in names:
        if check:
            different = differences(name)
            status = 1 if different else status
            print(f"{name}: " + (f"differs in {', '.join(different)}" if different else "as generated"))
        else:
            STORIES[name].make(HERE / name)
            print(f"{name}: written")
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
