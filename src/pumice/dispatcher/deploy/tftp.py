"""``to: tftp``: files that a bootloader loads over the network."""

from __future__ import annotations

import asyncio
from pathlib import Path

from pumice.dispatcher.deploy import files
from pumice.dispatcher.host import tftp
from pumice.dispatcher.namespaces import Image
from pumice.dispatcher.step import Step

_PLACEHOLDERS = {
    "kernel": "KERNEL",
    "dtb": "DTB",
    "ramdisk": "RAMDISK",
    "tee": "TEE",
    "preseed": "PRESEED_CONFIG",
}
"""The files that a bootloader's commands name, by label."""

EXTRA = "extra_files"


async def installed(step: Step) -> None:
    """Check that files can be put where the TFTP server finds them. Raises ConfigurationError."""
    tftp.expect(step.job)


async def deploy(step: Step) -> None:
    """Download and prepare the files, then put them into the TFTP server's folder."""
    state = step.state
    state.tftp = await tftp.folder(step)
    await files.deploy(step)
    await asyncio.to_thread(_publish, step, state.tftp)


def _publish(step: Step, folder: Path) -> None:
    """Move the files to where boards load them, and note the placeholders' values."""
    state = step.state
    labels: list[str] = step.parameters["labels"]
    for label in labels:
        if label not in _PLACEHOLDERS and not label.startswith(("dtbo", f"{EXTRA}.")):
            continue  # what only goes into another file
        image = state.images[label]
        # The extra files are the content of one folder, under their own names.
        below = EXTRA if label.startswith(f"{EXTRA}.") else label
        place = folder / below / image.path.name
        found = tftp.publish(step.job, image.path, place)
        state.images[label] = Image(place, image.overlaid)
        if below == EXTRA:
            state.substitutions["EXTRA_FILES_DIR"] = str(Path(found).parent)
        else:
            name = _PLACEHOLDERS.get(label, label.upper())
            state.substitutions[name] = found
        step.report.debug(f"{label} is served as {found}")
    if "RAMDISK" in state.substitutions:
        state.substitutions["INITRD"] = state.substitutions["RAMDISK"]
