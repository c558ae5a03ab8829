"""The story `lost-control`: the administrator looked at the folder, wrote down when, and no line shows it."""

from pathlib import Path

from .town import ADMINISTRATOR, CONTROLS, Town


def make(folder: Path) -> None:
    """Writes the logs of the story, in which one documented request is not, and its truth under `folder`."""
    town = Town(seed=5)
    town.refused_before_and_after()
    administrator = town.plan.actors[0]
    assert administrator.client == ADMINISTRATOR
    # The log lost one line of the three.
    administrator.hits = [hit for hit in administrator.hits if hit.request.at != CONTROLS[1]]
    town.write(
        folder, verdict={"code": "D", "finding": "none", "coverage": "not shown"},
        because=["the documented access to /exports/residents-2023-01.csv at 2024-02-08T14:12:30Z is not in the logs"],
    )
