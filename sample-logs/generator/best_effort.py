"""The story `best-effort`: the bucket of `s3-bucket`, and nobody but its role and the researcher is in the log.

Every hour has its requests and no object of the log is missing. Yet the store promises no line for every request.
"""

from pathlib import Path

from .bricks import write_truth
from .s3_bucket import Story, deliver, reporting, researcher


def make(folder: Path) -> None:
    """Writes the logs of the story and its truth under `folder`."""
    story = Story()
    reporting(story)
    researcher(story)
    files = deliver(story, folder / "logs")
    write_truth(folder, story.plan.truth(files, verdict={"code": "D", "finding": "none", "coverage": "not shown"}))
