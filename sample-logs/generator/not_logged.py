"""The story `not-logged`: a server that was told to log no archives, and an archive that lay open on it."""

from pathlib import Path

from .town import Town


def make(folder: Path) -> None:
    """Writes the logs of the story, which hold no request for the archive, and its truth under `folder`.

    Whether anybody fetched it is not part of the truth: nothing that the server kept can tell.
    """
    town = Town(seed=6, controls=[])
    town.write(
        folder, verdict={"code": "D", "finding": "none", "coverage": "not shown"},
        because=["requests for /backup/residents-2023.zip are not logged"],
    )
