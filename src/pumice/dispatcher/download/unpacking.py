"""Unpacking a stream piece by piece."""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable
from typing import Protocol

from pumice.dispatcher.errors import JobError

SUFFIXES = {"gz": (".gz",), "bz2": (".bz2",), "xz": (".xz", ".lzma"), "zstd": (".zst", ".zstd")}
"""The compressions that are unpacked, and the suffixes that a file name loses with them."""


class _Decompressor(Protocol):
    """What the libraries' decompressors share."""

    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, /) -> bytes: ...


def _gunzip() -> _Decompressor:
    return zlib.decompressobj(wbits=31)


def _unzstd() -> _Decompressor:
    import zstandard  # only where it is needed: most jobs never do

    return zstandard.ZstdDecompressor().decompressobj()


_MAKERS: dict[str, Callable[[], _Decompressor]] = {
    "gz": _gunzip,
    "bz2": bz2.BZ2Decompressor,
    "xz": lzma.LZMADecompressor,
    "zstd": _unzstd,
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

    def feed(self, data: bytes) -> bytes:
        """The unpacked bytes of this piece. Raises JobError where it is not such data."""
        parts: list[bytes] = []
        while data and not self._over:
            try:
                parts.append(self._stream.decompress(data))
            except (OSError, EOFError, ValueError, zlib.error, lzma.LZMAError) as error:
                self._failed(error)
                break
            except Exception as error:
                # zstandard's own error is known only where that module is loaded.
                if type(error).__name__ != "ZstdError":
                    raise
                self._failed(error)
                break
            if not self._stream.eof:
                break
            self._whole += 1
            data = self._stream.unused_data.lstrip(b"\x00")
            self._stream = self._make()
        return b"".join(parts)

    def _failed(self, error: Exception) -> None:
        if not self._whole:
            raise JobError(f"the file is not {self._compression} data: {error}") from error
        self._over = True

    def end(self) -> None:
        """Raises JobError where the stream is not complete."""
        if not self._whole:
            raise JobError(f"the file ends before its {self._compression} data does")
