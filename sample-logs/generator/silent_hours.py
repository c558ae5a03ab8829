"""The story `silent-hours`: no file is missing, and for six hours of a working day no line was written."""

from pathlib import Path

from .town import Town, at


def make(folder: Path) -> None:
    """Writes the logs of the story, but for the silent hours, and its truth under `folder`."""
    town = Town(seed=4)
    town.refused_before_and_after()
    town.write(folder, holes=[(at(7, 9, 48, 20), at(7, 15, 51, 2))], verdict={"code": "D", "finding": "none", "coverage": "not shown"})
