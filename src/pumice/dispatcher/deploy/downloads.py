"""``to: downloads``: files for later actions, in a folder of the job."""

from __future__ import annotations

from collections import Counter

from pumice.dispatcher.deploy import files
from pumice.dispatcher.download import fetch
from pumice.dispatcher.errors import JobError
from pumice.dispatcher.step import Step
from pumice.plan.actions import Action


async def deploy(step: Step) -> None:
    """Make the overlay, download the files at the same time, then treat them.

    Raises JobError where two files would have one name, and what the parts raise.
    """
    names = Counter(name for child in step.action.children for name in _names(child))
    twice = [name for name, count in names.items() if count > 1]
    if twice:
        raise JobError(
            f"two files would be named {twice[0]!r}: 'uniquify: true' gives each its own folder"
        )
    await files.deploy(step)


def _names(action: Action) -> list[str]:
    """Where the action puts its files below the folder of downloads."""
    place = action.parameters.get("place")
    if place is None:
        return [name for child in action.children for name in _names(child)]
    label, url = str(action.parameters["label"]), str(action.parameters["url"])
    name = fetch.name_of(url, fetch.unpacked(label, action.parameters["compression"]))
    return [name if place == "." else f"{place}/{name}"]
