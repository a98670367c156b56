"""The overlay as a disk that a guest mounts: ext2, labelled LAVA."""

from __future__ import annotations

import asyncio
import shutil
import uuid
from pathlib import Path

from pumice.dispatcher.errors import InfrastructureError
from pumice.dispatcher.host.processes import find, run
from pumice.dispatcher.namespaces import GuestDrive
from pumice.dispatcher.overlay import rootfs
from pumice.dispatcher.overlay.tree import Tree
from pumice.dispatcher.step import Step

LABEL = "LAVA"
_OTHERS = "others"

DEFAULT_MEGABYTES = 512


async def apply(step: Step) -> None:
    """Make the drive, unless one of the images holds the overlay already."""
    tree = step.state.overlay
    if tree is None or any(image.overlaid for image in step.state.images.values()):
        step.report.debug("the overlay is in an image already: no guest drive is needed")
        return
    folder = step.folder("guest")
    image, content = folder / "lava-guest.img", folder / "content"
    # A uuid is as good as any for one job; this one is the same when the job runs again.
    name = uuid.uuid5(uuid.NAMESPACE_URL, f"lava-guest:{step.job.id}:{step.action.level}")
    size = _megabytes(step.parameters.get("size"))
    await asyncio.to_thread(_write, tree, content)
    await _make(image, content, str(name), size)
    await asyncio.to_thread(shutil.rmtree, content)
    step.state.drive = GuestDrive(
        path=image,
        uuid=str(name),
        interface=str(step.parameters.get("interface") or "ide"),
        identifier=str(step.parameters.get("driveid") or "lavatest"),
        others=_OTHERS if tree.others else "",
    )
    step.extra = {"uuid": str(name), "size": size << 20}


def _write(tree: Tree, content: Path) -> None:
    tree.write(content)
    for path, entry in tree.others.items():
        rootfs.write(content / _OTHERS / path.lstrip("/"), entry)


async def _make(image: Path, content: Path, name: str, megabytes: int) -> None:
    image.unlink(missing_ok=True)
    command = [
        find("mke2fs"),
        *("-q", "-F", "-t", "ext2", "-b", "4096", "-m", "0", "-N", "32768"),
        *("-O", "^resize_inode", "-E", "root_owner=0:0,discard"),
        *("-L", LABEL, "-U", name, "-d", str(content)),
        *(str(image), f"{megabytes}M"),
    ]
    status, said = await run(command)
    if status != 0:
        raise InfrastructureError(f"mke2fs could not make the guest drive: {said}")


def _megabytes(value: object) -> int:
    text = str(value)
    return int(text) if text.isdigit() and int(text) > 0 else DEFAULT_MEGABYTES
