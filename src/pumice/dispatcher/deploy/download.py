"""``to: download``: files that are downloaded once the board has been reset."""

from __future__ import annotations

from pumice.dispatcher.step import Step

_DOWNLOAD = "download-retry"


async def deploy(step: Step) -> None:
    """Make the overlay and reset the board, then download the files at the same time."""
    children = step.action.children
    first = next((n for n, c in enumerate(children) if c.name == _DOWNLOAD), len(children))
    for child in children[:first]:
        await step.perform_child(child)
    files = [child for child in children[first:] if child.name == _DOWNLOAD]
    await step.perform_together(files)
    for child in children[first + len(files) :]:
        await step.perform_child(child)
