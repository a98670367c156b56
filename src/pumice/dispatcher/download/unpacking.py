"""Unpacking a stream piece by piece."""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable, Iterator
from typing import Any, Protocol

from pumice.dispatcher.errors import JobError

SUFFIXES = {"gz": (".gz",), "bz2": (".bz2",), "xz": (".xz", ".lzma"), "zstd": (".zst", ".zstd")}
"""The compressions that are unpacked, and the suffixes that a file name loses with them."""

PIECE = 1 << 20
"""About how many bytes are unpacked at once: an image full of zeros is a thousandth packed."""


class _Decompressor(Protocol):
    """One packed stream."""

    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def unpack(self, data: bytes) -> Iterator[bytes]: ...


class _Bounded:
    """Those of the standard library: bz2 and lzma."""

    def __init__(self, stream: bz2.BZ2Decompressor | lzma.LZMADecompressor) -> None:
        self._stream = stream

    @property
    def eof(self) -> bool:
        return self._stream.eof

    @property
    def unused_data(self) -> bytes:
        return self._stream.unused_data

    def unpack(self, data: bytes) -> Iterator[bytes]:
        yield self._stream.decompress(data, PIECE)
        while not self._stream.eof and not self._stream.needs_input:
            yield self._stream.decompress(b"", PIECE)


class _Zlib:
    """gzip, which keeps what it has not unpacked yet."""

    def __init__(self) -> None:
        self._stream = zlib.decompressobj(wbits=31)

    @property
    def eof(self) -> bool:
        return self._stream.eof

    @property
    def unused_data(self) -> bytes:
        return self._stream.unused_data

    def unpack(self, data: bytes) -> Iterator[bytes]:
        while True:
            piece = self._stream.decompress(data, PIECE)
            yield piece
            data = self._stream.unconsumed_tail
            if self._stream.eof or (not data and len(piece) < PIECE):
                return


class _Zstd:
    """zstd, which has no bound: of 64 bytes at most 2 MiB come (a block of 128 KiB takes 4)."""

    _SLICE = 1 << 6

    def __init__(self) -> None:
        import zstandard  # only where it is needed: most jobs never do

        self._stream: Any = zstandard.ZstdDecompressor().decompressobj()
        self._rest = b""

    @property
    def eof(self) -> bool:
        return self._stream.eof

    @property
    def unused_data(self) -> bytes:
        return self._stream.unused_data + self._rest

    def unpack(self, data: bytes) -> Iterator[bytes]:
        for start in range(0, len(data), self._SLICE):
            if self._stream.eof:
                self._rest = data[start:]
                return
            yield self._stream.decompress(data[start : start + self._SLICE])


_MAKERS: dict[str, Callable[[], _Decompressor]] = {
    "gz": _Zlib,
    "bz2": lambda: _Bounded(bz2.BZ2Decompressor()),
    "xz": lambda: _Bounded(lzma.LZMADecompressor()),
    "zstd": _Zstd,
}


class Unpacker:
    """Unpacks one stream; several packed streams after each other are one, as with gunzip.

    What follows the last one and is no packed stream (padding, an appended archive) is ignored,
    as the command line programs do.
    """

    def __init__(self, compression: str) -> None:
        """``compression`` is a key of :data:`SUFFIXES`."""
        self._compression = compression
        self._make = _MAKERS[compression]
        self._stream = self._make()
        self._whole = 0
        self._over = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The unpacked bytes, in pieces. Raises JobError where this is not such data."""
        while data and not self._over:
            try:
                yield from self._stream.unpack(data)
            except (OSError, EOFError, ValueError, zlib.error, lzma.LZMAError) as error:
                self._failed(error)
                return
            except Exception as error:
                # zstandard's own error is known only where that module is loaded.
                if type(error).__name__ != "ZstdError":
                    raise
                self._failed(error)
                return
            if not self._stream.eof:
                return
            self._whole += 1
            data = self._stream.unused_data.lstrip(b"\x00")
            self._stream = self._make()

    def _failed(self, error: Exception) -> None:
        if not self._whole:
            raise JobError(f"the file is not {self._compression} data: {error}") from error
        self._over = True

    def end(self) -> None:
        """Raises JobError where the stream is not complete."""
        if not self._whole:
            raise JobError(f"the file ends before its {self._compression} data does")
