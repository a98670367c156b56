"""Overlays over a tar archive: they follow what it holds, so that they win when it is unpacked."""

from __future__ import annotations

import asyncio
import io
import tarfile
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from pumice.dispatcher.errors import JobError
from pumice.dispatcher.namespaces import Image
from pumice.dispatcher.overlay import entries
from pumice.dispatcher.overlay.entries import Placed
from pumice.dispatcher.overlay.links import resolved
from pumice.dispatcher.step import Step


async def append(step: Step) -> None:
    """Append the overlays to the archive that was downloaded. Raises JobError."""
    label = str(step.parameters["label"])
    image = step.state.images[label]
    overlays: list[Mapping[str, Any]] = step.parameters["overlays"]
    await asyncio.to_thread(put, image.path, entries.of_all(step, overlays))
    step.state.images[label] = Image(image.path, any("lava" in entry for entry in overlays))


def put(path: Path, placed: Iterable[Placed]) -> None:
    """Append entries to a tar archive that is not compressed.

    Raises JobError where it is no such archive, OSError where the disk does not take it.
    """
    try:
        with tarfile.open(path, "a:", format=tarfile.GNU_FORMAT) as archive:
            _append(archive, placed)
    except tarfile.TarError as error:
        raise JobError(
            f"{path.name} is not a tar archive: {error}; where it is compressed, "
            "'compression' must say how"
        ) from error


def _append(archive: tarfile.TarFile, placed: Iterable[Placed]) -> None:
    members = archive.getmembers()
    links = {_name(member.name): member.linkname for member in members if member.issym()}
    folders = {_name(member.name) for member in members if member.isdir()}
    # Names in the archive's own style: what unpacks it may be asked for some of them.
    style = "./" if members and members[0].name.startswith(".") else ""
    for path, entry in placed:
        folder = entry.data is None
        # An entry in the place of a link to a folder would hide what is in that folder.
        name = resolved(path, links.get, last=folder)
        if folder and (name in folders or not name):
            continue
        info = tarfile.TarInfo(style + name)
        info.mode, info.uname, info.gname = entry.mode, "root", "root"
        if folder:
            info.type = tarfile.DIRTYPE
            archive.addfile(info)
            folders.add(name)
        elif entry.link:
            info.type, info.linkname = tarfile.SYMTYPE, entry.target
            archive.addfile(info)
        else:
            content = entry.content or b""
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))


def _name(name: str) -> str:
    return "/".join(part for part in PurePosixPath(name).parts if part not in ("/", "."))
