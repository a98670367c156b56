"""``method: fastboot``: the client of Android's tools makes the board boot."""

from __future__ import annotations

from pumice.dispatcher.errors import JobError
from pumice.dispatcher.host.commands import split
from pumice.dispatcher.host.fastboot import board
from pumice.dispatcher.session.connection import forget_shell
from pumice.dispatcher.step import Step

IMAGE = "boot"
"""The image that is booted without being written."""


async def boot(step: Step) -> None:
    """Do the job's commands, then boot the image ``boot`` without writing it.

    Raises JobError where no image of that name was deployed, InfrastructureError where
    fastboot fails.
    """
    image = step.state.images.get(IMAGE)
    if image is None:
        raise JobError(f"booting with fastboot needs an image named {IMAGE!r} that was deployed")
    await _commands(step)
    await board(step).call(step, "boot", str(image.path))
    step.extra = {}


async def reboot(step: Step) -> None:
    """Do the job's commands, then reboot into what was written. Raises InfrastructureError."""
    await _commands(step)
    await board(step).call(step, "reboot")
    step.extra = {}


async def _commands(step: Step) -> None:
    there = board(step)
    await there.wait(step)
    forget_shell(step.state)
    for command in step.parameters["commands"]:
        words = split(command)
        for label, image in step.state.images.items():
            words = [word.replace(f"{{{label}}}", str(image.path)) for word in words]
        await there.call(step, *words)
