"""Unpacking takes little memory, however much comes out of little."""

from __future__ import annotations

import bz2
import gzip
import lzma
from collections.abc import Callable

import pytest
import zstandard

from pumice.dispatcher.download.unpacking import Unpacker

SIZE = 40 << 20
MOST = 5 << 20


@pytest.mark.parametrize(
    ("compression", "pack"),
    [
        ("gz", lambda data: gzip.compress(data, 1)),
        ("bz2", lambda data: bz2.compress(data, 1)),
        ("xz", lambda data: lzma.compress(data, preset=0)),
        ("zstd", zstandard.compress),
    ],
)
def test_zeros_come_in_pieces(compression: str, pack: Callable[[bytes], bytes]) -> None:
    packed = pack(bytes(SIZE))
    unpacker = Unpacker(compression)
    sizes = [len(piece) for piece in unpacker.feed(packed)]
    unpacker.end()
    assert sum(sizes) == SIZE
    assert max(sizes) <= MOST


@pytest.mark.parametrize("compression", ["gz", "xz", "zstd"])
def test_streams_that_follow_each_other_are_one_file(compression: str) -> None:
    packs = {"gz": gzip.compress, "xz": lzma.compress, "zstd": zstandard.compress}
    pack = packs[compression]
    packed = pack(b"first " * 5000) + pack(b"second" * 5000) + b"\x00" * 100
    for step in (1, 7, 1000, len(packed)):
        unpacker = Unpacker(compression)
        cut = (packed[n : n + step] for n in range(0, len(packed), step))
        found = b"".join(piece for block in cut for piece in unpacker.feed(block))
        unpacker.end()
        assert found == b"first " * 5000 + b"second" * 5000
