"""Archives in the format newc, written without root and without a program.

Source of the format: the Linux kernel's documentation of initramfs buffers.
"""

from __future__ import annotations

import asyncio
import stat
import tarfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from pumice.dispatcher.errors import JobError
from pumice.dispatcher.namespaces import Image
from pumice.dispatcher.overlay import entries
from pumice.dispatcher.overlay.links import resolved
from pumice.dispatcher.overlay.tree import Tree
from pumice.dispatcher.step import Step

END = "TRAILER!!!"
"""The name of an archive's last entry."""


class Archive:
    """Writes entries to a file; parents are written before what is in them.

    ``links`` are the symbolic links of the archive that this one follows: paths lead through
    them, where an entry would take a link's place.
    """

    def __init__(self, file: BinaryIO, links: Mapping[str, str] | None = None) -> None:
        self._file = file
        self._links = links or {}
        self._number = 0
        self._written: set[str] = set()

    def directory(self, path: str, mode: int = 0o755) -> None:
        self._entry(path, stat.S_IFDIR | mode, b"")

    def file(self, path: str, content: bytes, mode: int = 0o644) -> None:
        self._entry(path, stat.S_IFREG | mode, content)

    def link(self, path: str, target: str) -> None:
        self._entry(path, stat.S_IFLNK | 0o777, target.encode())

    def end(self) -> None:
        """Write the archive's last entry."""
        self._write(END, 0, b"", 1)

    def _entry(self, path: str, mode: int, content: bytes) -> None:
        place = PurePosixPath(path.lstrip("/"))
        if ".." in place.parts:
            raise JobError(f"the path {path!r} leads out of the archive")
        if self._links:
            folder = stat.S_ISDIR(mode)
            place = PurePosixPath(resolved(str(place), self._links.get, last=folder))
        for parent in reversed(place.parents[:-1]):
            if str(parent) not in self._written:
                self._written.add(str(parent))
                self._write(str(parent), stat.S_IFDIR | 0o755, b"", 2)
        if stat.S_ISDIR(mode):
            if str(place) in self._written or str(place) == ".":
                return
            self._written.add(str(place))
        self._write(str(place), mode, content, 2 if stat.S_ISDIR(mode) else 1)

    def _write(self, name: str, mode: int, content: bytes, links: int) -> None:
        self._number += 1
        encoded = name.encode() + b"\x00"
        fields = (self._number, mode, 0, 0, links, 0, len(content), 0, 0, 0, 0, len(encoded), 0)
        header = b"070701" + "".join(f"{field:08X}" for field in fields).encode()
        self._file.write(_padded(header + encoded) + _padded(content))


async def append(step: Step) -> None:
    """Append the overlays to the file that was downloaded, each as an archive of its own.

    Linux unpacks archives that follow each other, packed or not, into one file system.
    """
    label = str(step.parameters["label"])
    image = step.state.images[label]
    overlays: list[Mapping[str, Any]] = step.parameters["overlays"]
    await asyncio.to_thread(_append, step, image.path, overlays)
    step.state.images[label] = Image(image.path, any("lava" in entry for entry in overlays))


def _append(step: Step, path: Path, overlays: Iterable[Mapping[str, Any]]) -> None:
    with path.open("ab") as file:
        file.write(b"\x00" * (-file.tell() % 4))
        for overlay in overlays:
            archive = Archive(file)
            if "lava" in overlay:
                if step.state.overlay is None:
                    raise JobError("there is no overlay to append")
                add_tree(archive, step.state.overlay)
            else:
                source = step.state.images[str(overlay["label"])].path
                add(archive, source, str(overlay["path"]), str(overlay["format"]))
            archive.end()


def add_tree(archive: Archive, tree: Tree) -> None:
    """Add the overlay."""
    for path, entry in entries.of_tree(tree):
        content = entry.content
        if entry.link:
            archive.link(path, entry.target)
        elif content is None:
            archive.directory(path, entry.mode)
        else:
            archive.file(path, content, entry.mode)


def add(archive: Archive, source: Path, path: str, form: str) -> None:
    """Add a file, or with the form ``tar`` what an archive holds below the path.

    Raises JobError where it is no such archive.
    """
    if form == "file":
        archive.file(path, source.read_bytes())
        return
    try:
        with tarfile.open(source) as tar:
            for member, content in _members(tar):
                place = str(PurePosixPath(path) / member.name.lstrip("/"))
                if member.isdir():
                    archive.directory(place, member.mode & 0o7777)
                elif member.issym():
                    archive.link(place, member.linkname)
                elif content is not None:
                    archive.file(place, content, member.mode & 0o7777)
    except tarfile.TarError as error:
        raise JobError(f"{source.name} is not a tar archive: {error}") from error


def _members(tar: tarfile.TarFile) -> Iterator[tuple[tarfile.TarInfo, bytes | None]]:
    for member in tar:
        file = tar.extractfile(member) if member.isfile() or member.islnk() else None
        yield member, file.read() if file is not None else None


def _padded(data: bytes) -> bytes:
    return data + b"\x00" * (-len(data) % 4)
