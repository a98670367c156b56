"""The kernel as the bootloader wants it: with its device tree, in U-Boot's format.

Source of the format: the manual of U-Boot's mkimage.
"""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

from pumice.dispatcher.errors import JobError
from pumice.dispatcher.host.commands import perform
from pumice.dispatcher.host.processes import find
from pumice.dispatcher.namespaces import Image
from pumice.dispatcher.step import Step

HEADER_SIZE = 64
"""Bytes of the header that U-Boot's images of the old kind begin with."""


async def installed(step: Step) -> None:
    """Check that mkimage is there, where it is needed. Raises ConfigurationError."""
    if step.parameters["convert"]:
        find("mkimage")


async def prepare(step: Step) -> None:
    """Append the device tree, and convert the kernel, where the device wants that."""
    state, parameters = step.state, step.parameters
    if "kernel" not in state.images:
        return
    if parameters["append_dtb"]:
        kernel, tree = state.images["kernel"].path, state.images["dtb"].path
        path = step.folder("kernel") / f"{kernel.name}-dtb"
        step.report.info("appending the device tree to the kernel")
        await asyncio.to_thread(_join, path, kernel, tree)
        state.images["kernel"] = Image(path)
    if not parameters["convert"]:
        return
    load = _number(str(parameters["load_address"]))
    # A kernel that runs where it was loaded stands behind the header.
    load += HEADER_SIZE if parameters["in_place"] else 0
    path = step.folder("kernel") / "uImage"
    await perform(
        step.report,
        [
            *("mkimage", "-A", str(parameters["architecture"]), "-O", "linux", "-T", "kernel"),
            *("-C", "none", "-a", hex(load), "-e", hex(load)),
            *(("-x",) if parameters["in_place"] else ()),
            *("-d", str(state.images["kernel"].path), str(path)),
        ],
        failure=JobError,
    )
    state.images["kernel"] = Image(path)


def _join(path: Path, *sources: Path) -> None:
    with path.open("wb") as file:
        for source in sources:
            with source.open("rb") as content:
                shutil.copyfileobj(content, file)


def _number(address: str) -> int:
    try:
        return int(address, 16)
    except ValueError as error:
        raise JobError(f"the kernel's address {address!r} is no hexadecimal number") from error
