"""The stories `nobody-came` and `one-copy`: nobody asked for the folder, and the logs could have shown it.

The first has a second copy of the logs that another machine was sent while it happened; the second has none.
"""

from pathlib import Path

from .town import Town


def make(folder: Path) -> None:
    """Writes the logs of the story, their copy, and its truth under `folder`."""
    town = Town(seed=8)
    town.refused_before_and_after()
    town.write(folder, has_copy=True, verdict={"code": "C", "finding": "none", "coverage": "whole"})
