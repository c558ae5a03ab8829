"""The story `names-only`: the names were shown, the exports themselves asked for a password."""

from pathlib import Path

from .town import FOLDER, LOCKED, Town, at


def make(folder: Path) -> None:
    """Writes the logs of the story and its truth under `folder`."""
    town = Town(seed=3, controls=[], has_sizes=True)
    town.refused_before_and_after()
    looker = town.actor("203.0.113.77", "other", "Is shown the names, and refused each of four exports.")
    town.show(looker, at(6, 22, 40, 11))
    for minute, month in enumerate([9, 10, 11, 12]):
        town.ask(looker, at(6, 22, 41 + minute, 5), f"GET {FOLDER}residents-2023-{month:02}.csv", *LOCKED, "R")
    prober = town.actor("198.51.100.23", "other", "Asks only how large an export is, and is refused.", "curl/8.5.0")
    town.ask(prober, at(9, 3, 10, 0), f"HEAD {FOLDER}residents-2023-12.csv", 401, 0, "R")
    town.write(folder, verdict={"code": "B2", "finding": "B2", "coverage": "not shown"})
