"""The story `api-no-identity`: that of `api_enumeration` on a server whose log holds no user.

Nothing that was logged tells a patient from a stranger, so no single request gives a finding; only whoever counts
through the numbers gives itself away.
"""

from pathlib import Path

from . import api_enumeration


def make(folder: Path) -> None:
    """Writes the story in which the log cannot say whose request it was."""
    api_enumeration.build(
        folder,
        False,
        verdict={"code": "B1", "finding": "B1", "coverage": "not shown"},
        because=["were lawful or not: the log cannot say"],
        claims={api_enumeration.CLAIM: "not supported"},
    )
