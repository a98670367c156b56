"""Sealed logs: one object, compressed, readable from any line.

The object is a row of zstd frames of up to 128 KiB of whole lines each, then a skippable frame
(magic 0x184D2A50) with the index: for each frame its first line, offset in the object and
length, as three little-endian 64-bit numbers, then the number of lines, the index's own length
in bytes, and the magic ``PUMICEL1``. ``zstd -d`` reads the lines and skips the index.
"""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import BinaryIO

import zstandard

FRAME_BYTES = 128 * 1024
_SKIPPABLE = struct.Struct("<II")
_ENTRY = struct.Struct("<QQQ")
_FOOTER = struct.Struct("<QQ8s")
_MAGIC = b"PUMICEL1"
_SKIPPABLE_MAGIC = 0x184D2A50


class InvalidSealedLog(Exception):
    """The object is no sealed log: restore it from a copy of the media folder."""


def write(lines: Iterable[bytes], file: BinaryIO) -> int:
    """Write lines (each with its newline) as a sealed log; how many they were."""
    compressor = zstandard.ZstdCompressor(level=6)
    index: list[tuple[int, int, int]] = []
    offset = count = 0
    for first, data in _frames(lines):
        frame = compressor.compress(data)
        file.write(frame)
        index.append((first, offset, len(frame)))
        offset += len(frame)
        count = first + data.count(b"\n")
    body = b"".join(_ENTRY.pack(*entry) for entry in index)
    footer = _FOOTER.pack(count, len(body), _MAGIC)
    file.write(_SKIPPABLE.pack(_SKIPPABLE_MAGIC, len(body) + len(footer)) + body + footer)
    return count


def _frames(lines: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    waiting: list[bytes] = []
    size = first = 0
    for number, line in enumerate(lines):
        if waiting and size + len(line) > FRAME_BYTES:
            yield first, b"".join(waiting)
            waiting, size, first = [], 0, number
        waiting.append(line)
        size += len(line)
    if waiting:
        yield first, b"".join(waiting)


def split(data: bytes) -> list[bytes]:
    """Cut data into lines, each with its newline; a carriage return ends none."""
    return [line + b"\n" for line in data.split(b"\n")[:-1]]


def read(file: BinaryIO, start: int, end: int) -> Iterator[bytes]:
    """Lines by number from a seekable file, ``end`` not included. Raises InvalidSealedLog."""
    file.seek(-_FOOTER.size, 2)
    count, length, magic = _FOOTER.unpack(file.read(_FOOTER.size))
    if magic != _MAGIC:
        raise InvalidSealedLog(str(InvalidSealedLog.__doc__))
    file.seek(-_FOOTER.size - length, 2)
    index = list(_ENTRY.iter_unpack(file.read(length)))
    firsts = [first for first, _, _ in index]
    end = min(end, count)
    if start >= end:
        return
    decompressor = zstandard.ZstdDecompressor()
    for first, offset, size in index[max(bisect_right(firsts, start) - 1, 0) :]:
        if first >= end:
            return
        file.seek(offset)
        lines = split(decompressor.decompress(file.read(size)))
        yield from lines[max(start - first, 0) : end - first]
