"""The story `held-copies`: a stranger saw the names, and was later told that its copies were still good."""

from pathlib import Path

from .town import FOLDER, Town, at


def make(folder: Path) -> None:
    """Writes the logs of the story and its truth under `folder`."""
    town = Town(seed=2, has_sizes=True)
    town.refused_before_and_after()
    holder = town.actor("203.0.113.77", "other", "Is shown the names, and three days later holds copies that no line shows being sent.", findings=["orphan"])
    town.show(holder, at(6, 22, 40, 11))
    for minute, month in enumerate([9, 10, 11]):
        town.ask(holder, at(9, 23, 2 + minute, 5), f"GET {FOLDER}residents-2023-{month:02}.csv", 304, 0, "V")
    town.write(folder, verdict={"code": "B1", "finding": "B1", "coverage": "not shown"})
