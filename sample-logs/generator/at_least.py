"""The story `at-least`: an export was fetched, and two days of the logs are lost."""

from pathlib import Path

from .town import Town, at


def make(folder: Path) -> None:
    """Writes the logs of the story, but for two lost days, and its truth under `folder`."""
    town = Town(seed=1, has_sizes=True)
    town.refused_before_and_after()
    reader = town.actor("203.0.113.77", "other", "Opens the listing and two exports.")
    town.show(reader, at(10, 21, 14, 3))
    town.fetch(reader, at(10, 21, 14, 40), "residents-2023-12.csv", "https://forms.town.example/exports/")
    town.fetch(reader, at(10, 21, 15, 22), "residents-2023-11.csv", "https://forms.town.example/exports/")
    town.write(
        folder, missing={"access.log.7.gz"},
        verdict={"code": "A", "finding": "A", "coverage": "not shown"}, because=["the rotation member access.log.7.gz is missing"],
    )
