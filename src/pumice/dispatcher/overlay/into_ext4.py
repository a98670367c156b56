"""Overlays over an image of an ext2, ext3 or ext4 file system, without root and without a mount.

``e2fsck`` first makes the file system whole (its journal may hold what is not written yet), then
``debugfs`` writes into it. Source of the commands and messages: debugfs(8), and its behaviour.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import stat
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from pumice.dispatcher.errors import JobError
from pumice.dispatcher.host.processes import find, run
from pumice.dispatcher.namespaces import Image
from pumice.dispatcher.overlay import entries, partitions, sparse
from pumice.dispatcher.overlay.entries import Placed
from pumice.dispatcher.overlay.tree import Entry
from pumice.dispatcher.step import Step

_REPAIRED = 1
_EXPECTED = re.compile(r"debugfs[ :].*|Allocated inode: \d+|rm: File not found by ext2_lookup.*")
"""Lines that debugfs prints where all is well; it has no exit status that tells."""

_MISSING = re.compile(r"(/.*)/\.: File not found by ext2_lookup")


_MAGIC_AT, _MAGIC = 1024 + 56, b"\x53\xef"
"""Where the superblock says that it is one."""


@dataclass(frozen=True, slots=True)
class _Volume:
    """A file system: what the programs know it by, and what people are told."""

    device: str
    name: str


async def installed(step: Step) -> None:
    """Check that the programs are there. Raises ConfigurationError."""
    for program in ("e2fsck", "debugfs"):
        find(program)
    if step.parameters.get("sparse"):
        sparse.installed()
    if step.parameters.get("partition") is not None:
        partitions.installed()


async def append(step: Step) -> None:
    """Put the overlays into the image that was downloaded. Raises as :func:`put`."""
    label = str(step.parameters["label"])
    image = step.state.images[label]
    overlays: list[Mapping[str, Any]] = step.parameters["overlays"]
    folder = step.folder("ext4")
    if step.parameters.get("sparse"):
        await sparse.to_raw(image.path)
    await put(image.path, entries.of_all(step, overlays), folder, step.parameters.get("partition"))
    if step.parameters.get("sparse"):
        await sparse.to_sparse(image.path)
    step.state.images[label] = Image(image.path, any("lava" in entry for entry in overlays))


async def put(
    image: Path, placed: Iterable[Placed], folder: Path, partition: int | None = None
) -> None:
    """Write entries into the file system of an image; what is there is replaced.

    With ``partition``, counted from 0, the image is a disk and the file system in that partition.
    ``folder`` takes files of the host on their way. Raises JobError where there is no such file
    system, or it is too small; ConfigurationError where a program is missing.
    """
    # A name of its own: the programs read options in names with a question mark.
    link = folder / "image"
    link.unlink(missing_ok=True)
    link.symlink_to(image.absolute())
    start = 0 if partition is None else await partitions.offset(image, partition)
    volume = _Volume(f"{link}?offset={start}" if start else str(link), _named(image, partition))
    await _check(image, start, volume)
    content = folder / "content"
    content.mkdir(parents=True)
    try:
        await _put(volume, folder, await asyncio.to_thread(_on_disk, placed, content))
    finally:
        await asyncio.to_thread(shutil.rmtree, content)
        link.unlink()


def _named(image: Path, partition: int | None) -> str:
    return image.name if partition is None else f"partition {partition} of {image.name}"


async def _check(image: Path, start: int, volume: _Volume) -> None:
    """Raise JobError where there is no file system of the kind, or one that is broken."""
    with image.open("rb") as file:
        file.seek(start + _MAGIC_AT)
        if file.read(len(_MAGIC)) != _MAGIC:
            raise JobError(
                f"{volume.name} is not a file system that overlays can be put into: ext2, ext3 "
                "or ext4, with any 'overlay_backend'"
            )
    status, said = await run([find("e2fsck"), "-f", "-p", volume.device])
    if status > _REPAIRED:
        raise JobError(f"{volume.name} is not a whole ext4 file system: {_last(said)}")


async def _put(
    volume: _Volume, folder: Path, placed: Sequence[tuple[PurePosixPath, Entry]]
) -> None:
    folders = _folders(placed)
    missing: set[str] = set()
    for line in await _debugfs(volume, folder, map(_into, folders)):
        found = _MISSING.fullmatch(line)
        if found is None:
            raise JobError(f"the overlay cannot be written into {volume.name}: {line}")
        missing.add(found[1])
    for line in await _debugfs(volume, folder, _commands(placed, folders, missing)):
        raise JobError(f"the overlay cannot be written into {volume.name}: {line}")


async def _debugfs(volume: _Volume, folder: Path, commands: Iterable[str]) -> list[str]:
    """Run commands; return what it says beyond what it says of success."""
    script = folder / "commands"
    script.write_text("".join(f"{command}\n" for command in commands), encoding="utf-8")
    _, said = await run([find("debugfs"), "-w", "-f", str(script), volume.device])
    lines = (line.strip() for line in said.splitlines())
    return [line for line in lines if line and not _EXPECTED.fullmatch(line)]


def _on_disk(placed: Iterable[Placed], content: Path) -> list[tuple[PurePosixPath, Entry]]:
    """The entries with the data of each file in a file of the host."""
    found: list[tuple[PurePosixPath, Entry]] = []
    for number, (path, entry) in enumerate(placed):
        if isinstance(entry.data, bytes) and not entry.link:
            source = content.absolute() / str(number)
            source.write_bytes(entry.data)
            entry = Entry(source, entry.mode)
        found.append((PurePosixPath("/", path), entry))
    return found


def _folders(placed: Iterable[tuple[PurePosixPath, Entry]]) -> dict[PurePosixPath, int]:
    """The permissions of every folder that must be there, each before what is in it."""
    found: dict[PurePosixPath, int] = {}
    for place, entry in placed:
        for parent in reversed(place.parents):
            found.setdefault(parent, 0o755)
        if entry.data is None:
            found.setdefault(place, entry.mode)
    return found


def _commands(
    placed: Iterable[tuple[PurePosixPath, Entry]],
    folders: Mapping[PurePosixPath, int],
    missing: Collection[str],
) -> Iterator[str]:
    """The commands that write; each acts in the folder that the last ``cd`` names.

    A folder that is there is not made again: debugfs would leave an inode without a name.
    """
    for place, mode in folders.items():
        if str(place) in missing:
            yield _into(place.parent)
            yield f"mkdir {_quoted(place.name)}"
            yield f"set_inode_field {_quoted(f'{place.name}/.')} mode 0{stat.S_IFDIR | mode:o}"
    here = PurePosixPath("/")
    yield _into(here)
    for place, entry in placed:
        if entry.data is None:
            continue
        if place.parent != here:
            here = place.parent
            yield _into(here)
        yield from _file(place.name, entry)


def _into(folder: PurePosixPath) -> str:
    """Change the folder; the dot makes debugfs follow a link that stands there."""
    return f"cd {_quoted(str(folder).rstrip('/') + '/.')}"


def _file(name: str, entry: Entry) -> Iterator[str]:
    quoted = _quoted(name)
    yield f"rm {quoted}"
    if entry.link:
        yield f"symlink {quoted} {_quoted(entry.target)}"
        return
    yield f"write {_quoted(str(entry.data))} {quoted}"
    yield f"set_inode_field {quoted} mode 0{stat.S_IFREG | entry.mode & 0o7777:o}"
    yield f"set_inode_field {quoted} uid 0"
    yield f"set_inode_field {quoted} gid 0"


def _quoted(text: str) -> str:
    """One word of debugfs. Raises JobError for what no word can hold."""
    if "\n" in text or "\r" in text or "\x00" in text:
        raise JobError(f"the overlay holds the name {text!r}, which cannot be written")
    return '"' + text.replace('"', '""') + '"'


def _last(said: str) -> str:
    lines = [line for line in said.splitlines() if line.strip()]
    return lines[-1].strip() if lines else "e2fsck says nothing"
