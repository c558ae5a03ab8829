"""The story `fourteen-of-sixty-one`: a folder was open for two months, and the server keeps its logs for two weeks."""

from datetime import datetime
from pathlib import Path

from .bricks import UTC
from .town import CONTROLS, Town

OPENED = datetime(2023, 12, 13, 16, 0, tzinfo=UTC)


def make(folder: Path) -> None:
    """Writes the logs of the story and its truth under `folder`."""
    town = Town(seed=7, opened=OPENED, controls=CONTROLS)
    town.write(folder, has_copy=True, verdict={"code": "D", "finding": "none", "coverage": "not shown"}, because=["after the window began"])
