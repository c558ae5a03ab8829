"""What is said to people: refusals, and texts that are safe on a terminal."""

from __future__ import annotations

#: As much as is told of what a program complained, in characters: its end, where the reason stands.
TAIL = 600


class Refused(Exception):
    """There is no report, and this is why. Its text is safe on a terminal."""


def safe(text: str) -> str:
    """A text without anything that a terminal would obey, or that looks like something else."""
    return "".join(letter if letter == "\n" or letter.isprintable() else "\ufffd" for letter in text)


def tail(text: str) -> str:
    """The end of a complaint, safe and on one line."""
    told = " ".join(safe(text).split())
    return told if len(told) <= TAIL else "… " + told[-TAIL:]


def count(number: int, what: str) -> str:
    """`1 split`, `2 splits`."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def size(n_bytes: int) -> str:
    """Bytes as people say them."""
    for unit, one in (("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)):
        if n_bytes >= one:
            return f"{n_bytes / one:.1f} {unit}"
    return f"{n_bytes} bytes"
