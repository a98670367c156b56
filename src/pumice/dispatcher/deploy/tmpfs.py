"""``to: tmpfs``: files that QEMU starts with."""

from __future__ import annotations

from pumice.dispatcher.step import Step

_LAST = "apply-overlay-guest"


async def deploy(step: Step) -> None:
    """Make the overlay, download all files at the same time, then make the guest's drive."""
    step.state.arguments = {str(k): str(v) for k, v in step.parameters["arguments"].items()}
    overlay = [child for child in step.action.children if child.name == "lava-overlay"]
    last = [child for child in step.action.children if child.name == _LAST]
    # The overlay comes first: a file may be downloaded to be put under it.
    for child in overlay:
        await step.perform_child(child)
    await step.perform_together(
        child for child in step.action.children if child not in overlay and child not in last
    )
    for child in last:
        await step.perform_child(child)
