"""``to: fastboot``: the client of Android's tools writes images to the board's partitions."""

from __future__ import annotations

import shutil

from pumice.dispatcher.errors import InfrastructureError
from pumice.dispatcher.host import adb
from pumice.dispatcher.host.fastboot import board
from pumice.dispatcher.step import Step


async def enter(step: Step) -> None:
    """Bring the board into fastboot: through U-Boot where the device says so, which is a child's
    part; or one that runs Android is asked to reboot by ``adb``.

    Raises InfrastructureError where it does not come.
    """
    there, serial = board(step), str(step.parameters["adb"])
    if step.action.children:
        if step.parameters["was_reset"] or not await there.there(step):
            step.state.lines = tuple(step.parameters["lines"])
            await step.perform_children()
    elif serial and not await there.there(step) and shutil.which(adb.PROGRAM):
        try:
            await adb.call(step, serial, "reboot", "bootloader")
        except InfrastructureError as failure:
            # It may be on its way already, after a reset.
            step.report.debug(f"adb does not reach the board: {failure}")
    await there.wait(step)


async def wait(step: Step) -> None:
    """Wait until the board is in fastboot. Raises InfrastructureError where it does not come."""
    await board(step).wait(step)


async def flash(step: Step) -> None:
    """Write the image to its partition. Raises InfrastructureError where that fails."""
    partition = str(step.parameters["partition"])
    image = step.state.images[partition]
    await board(step).call(step, "flash", partition, str(image.path))
    step.extra = {"label": partition, "size": image.path.stat().st_size}


async def reboot(step: Step) -> None:
    """Reboot the board: into ``target``, which may be empty. Raises InfrastructureError."""
    target = str(step.parameters["target"])
    await board(step).call(step, "reboot", *([target] if target else []))
