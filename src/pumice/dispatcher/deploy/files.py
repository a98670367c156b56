"""What many deploy methods begin with: the overlay, then the downloads at the same time."""

from __future__ import annotations

from pumice.dispatcher.step import Step
from pumice.plan.actions import Action

_OVERLAY = "lava-overlay"
_DOWNLOAD = "download-retry"


async def get(step: Step) -> tuple[Action, ...]:
    """Make the overlay and download the files; return the children that are still to perform.

    The overlay comes first: a file may be downloaded to be put under it.
    """
    children = step.action.children
    for child in children:
        if child.name == _OVERLAY:
            await step.perform_child(child)
    await step.perform_together(child for child in children if child.name == _DOWNLOAD)
    return tuple(child for child in children if child.name not in (_OVERLAY, _DOWNLOAD))


async def deploy(step: Step) -> None:
    """Make the overlay, download the files, then perform the other children in order."""
    for child in await get(step):
        await step.perform_child(child)
