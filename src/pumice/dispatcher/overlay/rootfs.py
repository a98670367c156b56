"""What a board boots gets what the tests and the kernel need: a root over NFS, or a ramdisk."""

from __future__ import annotations

import asyncio
import os
import shutil
import tarfile
from pathlib import Path

from pumice.dispatcher.errors import JobError
from pumice.dispatcher.namespaces import Image
from pumice.dispatcher.overlay import cpio, ramdisk
from pumice.dispatcher.overlay.links import inside
from pumice.dispatcher.overlay.tree import Entry, Tree
from pumice.dispatcher.step import Step

_ROOT = "nfsrootfs"


async def modules(step: Step) -> None:
    """Put the kernel's modules into the root file system and the ramdisk, as the job says."""
    into: list[str] = step.parameters["into"]
    if not into:
        return
    source = step.state.images["modules"].path
    for label in into:
        step.report.info(f"putting the kernel's modules into the {label}")
        if label == _ROOT:
            await asyncio.to_thread(unpack, source, _root(step))
        else:
            await asyncio.to_thread(_append, source, step.state.images[label].path)


async def overlay(step: Step) -> None:
    """Put the overlay into what the board boots, unless a file has it already."""
    state, label = step.state, str(step.parameters["into"])
    if state.overlay is None or any(image.overlaid for image in state.images.values()):
        return
    if not label:
        step.report.warning("nothing takes the overlay: the board must fetch it itself")
        return
    step.report.info(f"putting the overlay into the {label}")
    if label == _ROOT:
        await asyncio.to_thread(_write, state.overlay, _root(step))
        return
    image = state.images[label]
    await asyncio.to_thread(_add, state.overlay, image.path)
    state.images[label] = Image(image.path, overlaid=True)


def _root(step: Step) -> Path:
    if step.state.rootfs is None:
        raise JobError("there is no root file system: 'nfsrootfs' must be unpacked before")
    return step.state.rootfs


def _append(source: Path, path: Path) -> None:
    with ramdisk.added(path) as archive:
        cpio.add(archive, source, "/", "tar")


def _add(tree: Tree, path: Path) -> None:
    with ramdisk.added(path) as archive:
        cpio.add_tree(archive, tree)


def _write(tree: Tree, root: Path) -> None:
    """Write the overlay below a root whose links may point anywhere: none is followed out."""
    place = remove(root, tree.root)
    place.parent.mkdir(parents=True, exist_ok=True)
    tree.write(place)
    for path, entry in tree.others.items():
        write(inside(root, path, last=entry.data is None), entry)


def write(place: Path, entry: Entry) -> None:
    """Write a file in place of what is there, or make a folder where there is none."""
    if (content := entry.content) is None:
        if not place.is_dir():
            place.mkdir(mode=entry.mode, parents=True)
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    place.unlink(missing_ok=True)
    place.write_bytes(content)
    place.chmod(entry.mode)


def remove(root: Path, path: str) -> Path:
    """Remove the folder at a path of a root, if it is there; return its place on the host."""
    place = inside(root, path)
    if place.is_dir():
        shutil.rmtree(place)
    return place


def unpack(source: Path, root: Path) -> None:
    """Unpack an archive below a root, through its own links and never out of it.

    Raises JobError where it is no tar archive, OSError.
    """
    try:
        with tarfile.open(source) as archive:
            for member in archive:
                _put(archive, member, root)
    except tarfile.TarError as error:
        raise JobError(f"{source.name} is not a tar archive: {error}") from error


def _put(archive: tarfile.TarFile, member: tarfile.TarInfo, root: Path) -> None:
    place = inside(root, member.name, last=member.isdir())
    if member.isdir():
        place.mkdir(parents=True, exist_ok=True)
        return
    if place == root:
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    if place.is_symlink() or place.is_file():
        place.unlink()
    if member.issym():
        place.symlink_to(member.linkname)
    elif (content := archive.extractfile(member)) is not None:
        with place.open("wb") as file:
            shutil.copyfileobj(content, file)
        os.chmod(place, member.mode & 0o777)  # noqa: PTH101 - the file that was just written
