"""The story `one-copy`: that of `nobody_came`, without a second copy of the logs."""

from pathlib import Path

from .town import Town


def make(folder: Path) -> None:
    """Writes the logs of the story and its truth under `folder`."""
    town = Town(seed=8)
    town.refused_before_and_after()
    town.write(folder, verdict={"code": "C*", "finding": "none", "coverage": "conditional"})
