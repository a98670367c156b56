"""A ramdisk for Linux: what is put into it follows it as an archive of its own.

Nothing is unpacked, so owners and device nodes stay what they are, without root. What follows
is packed as the ramdisk is, since a kernel may know no other way. Sources: the Linux kernel's
documentation of initramfs buffers; U-Boot's header of its old image format.
"""

from __future__ import annotations

import asyncio
import bz2
import gzip
import lzma
import struct
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from pumice.dispatcher.deploy.kernel import HEADER_SIZE
from pumice.dispatcher.download.unpacking import Unpacker
from pumice.dispatcher.errors import JobError
from pumice.dispatcher.host.commands import perform
from pumice.dispatcher.host.processes import find
from pumice.dispatcher.namespaces import Image
from pumice.dispatcher.overlay import cpio
from pumice.dispatcher.step import Step

_MAGIC = {
    b"\x1f\x8b": "gz",
    b"BZh": "bz2",
    b"\xfd7zXZ\x00": "xz",
    b"\x28\xb5\x2f\xfd": "zstd",
}
_UBOOT_MAGIC = b"\x27\x05\x19\x56"
_ENTRY = 110
_BLOCK = 1 << 20
_LONGEST_NAME = 4096


async def extract(step: Step) -> None:
    """Take the header off that the job says the ramdisk has."""
    if step.parameters["header"] != "u-boot":
        return
    image = step.state.images["ramdisk"]
    path = step.folder("ramdisk") / image.path.name.removesuffix(".uboot")
    await asyncio.to_thread(_strip, image.path, path)
    step.report.debug("removed the ramdisk's U-Boot header")
    step.state.images["ramdisk"] = Image(path, image.overlaid)


async def installed(step: Step) -> None:
    """Check that mkimage is there, where it is needed. Raises ConfigurationError."""
    if step.parameters["label"] and step.parameters["header"] == "u-boot":
        find("mkimage")


async def compress(step: Step) -> None:
    """Put the header before the ramdisk that the device's bootloader wants."""
    parameters = step.parameters
    if not parameters["label"] or parameters["header"] != "u-boot":
        return
    image = step.state.images["ramdisk"]
    path = step.folder("ramdisk") / f"{image.path.name}.uboot"
    await perform(
        step.report,
        [
            *("mkimage", "-A", str(parameters["architecture"]), "-T", "ramdisk", "-C", "none"),
            *("-d", str(image.path), str(path)),
        ],
        failure=JobError,
    )
    step.state.images["ramdisk"] = Image(path, image.overlaid)


@contextmanager
def added(path: Path) -> Generator[cpio.Archive]:
    """An archive to be filled, which is then at the end of the ramdisk.

    Raises OSError, and JobError as the archive does.
    """
    packing = _packing(path)
    found = links(path)
    with path.open("ab") as file:
        if packing is None:
            # An archive that is not packed begins where a number of four bytes would.
            file.write(b"\x00" * (-file.tell() % 4))
        with _packed(file, packing) as out:
            archive = cpio.Archive(out, found)
            yield archive
            archive.end()


def links(path: Path) -> dict[str, str]:
    """The symbolic links of a ramdisk; none where it cannot be read, or has more than one archive
    before the first packed one."""
    try:
        return dict(_links(_Bytes(_unpacked(path))))
    except (JobError, EOFError, ValueError):
        return {}


def _strip(source: Path, path: Path) -> None:
    with source.open("rb") as file:
        header = file.read(HEADER_SIZE)
        if len(header) < HEADER_SIZE or not header.startswith(_UBOOT_MAGIC):
            raise JobError(f"{source.name} has no U-Boot header: leave out 'header: u-boot'")
        left = int(struct.unpack_from(">I", header, 12)[0])
        with path.open("wb") as out:
            while left and (block := file.read(min(left, _BLOCK))):
                out.write(block)
                left -= len(block)
    if left:
        raise JobError(f"{source.name} ends {left} bytes before its U-Boot header says")


def _packing(path: Path) -> str | None:
    """How the ramdisk is packed, or None: not at all, or in a way that nothing is packed in."""
    with path.open("rb") as file:
        start = file.read(8)
    return next((name for magic, name in _MAGIC.items() if start.startswith(magic)), None)


@contextmanager
def _packed(file: BinaryIO, packing: str | None) -> Generator[BinaryIO]:
    """What packs into the file. The options are those that Linux asks for."""
    match packing:
        case "gz":
            with gzip.GzipFile("", "wb", 6, file, mtime=0) as out:
                yield cast("BinaryIO", out)
        case "bz2":
            with bz2.BZ2File(file, "wb") as out:
                yield cast("BinaryIO", out)
        case "xz":
            window = [{"id": lzma.FILTER_LZMA2, "dict_size": 1 << 20}]
            with lzma.LZMAFile(file, "wb", check=lzma.CHECK_CRC32, filters=window) as out:
                yield cast("BinaryIO", out)
        case "zstd":
            import zstandard  # only where it is needed: most jobs never do

            with zstandard.ZstdCompressor().stream_writer(file, closefd=False) as out:
                yield cast("BinaryIO", out)
        case _:
            yield file


def _unpacked(path: Path) -> Iterator[bytes]:
    packing = _packing(path)
    unpacker = Unpacker(packing) if packing else None
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            if unpacker is None:
                yield block
            else:
                yield from unpacker.feed(block)


class _Bytes:
    """A stream of which one takes so many bytes, or leaves them out. Raises EOFError."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._piece = memoryview(b"")

    def take(self, size: int, *, keep: bool = True) -> bytes:
        found: list[bytes] = []
        while size:
            if not self._piece:
                self._piece = memoryview(next(self._pieces, b""))
                if not self._piece and not self._more():
                    raise EOFError
            part = self._piece[:size]
            size -= len(part)
            self._piece = self._piece[len(part) :]
            if keep:
                found.append(bytes(part))
        return b"".join(found)

    def _more(self) -> bool:
        """Go to the next piece that has something."""
        for piece in self._pieces:
            if piece:
                self._piece = memoryview(piece)
                return True
        return False


def _links(data: _Bytes) -> Iterator[tuple[str, str]]:
    while True:
        header = data.take(_ENTRY)
        if header[:6] not in (b"070701", b"070702"):
            return
        mode, size, name_size = (int(header[at : at + 8], 16) for at in (14, 54, 94))
        if name_size > _LONGEST_NAME:
            return
        name = data.take(_aligned(_ENTRY + name_size) - _ENTRY)[: name_size - 1].decode()
        if name == cpio.END:
            return
        if mode & 0o170000 == 0o120000 and size <= _LONGEST_NAME:
            target = data.take(_aligned(size))[:size].decode()
            yield name.removeprefix("./").strip("/"), target
        else:
            data.take(_aligned(size), keep=False)


def _aligned(size: int) -> int:
    return size + -size % 4
