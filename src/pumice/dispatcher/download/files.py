"""Files of the worker as a source, and what every source gives."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from pumice.dispatcher.errors import JobError

BLOCK = 1 << 20
"""Bytes that are read at once."""


class Source(Protocol):
    """Where a file comes from."""

    @property
    def length(self) -> int | None:
        """The file's size in bytes where it is known; it may be once the first block is there."""
        ...

    def blocks(self) -> AsyncGenerator[bytes]:
        """The file's bytes as they come. Raises JobFailure."""
        ...


class FileSource:
    """A file of the worker."""

    def __init__(self, path: Path) -> None:
        """Open it. Raises JobError where it cannot be read."""
        try:
            self._file = path.open("rb", buffering=0)
        except OSError as error:
            raise JobError(f"cannot read {path}: {error.strerror}") from error
        self.length: int | None = os.fstat(self._file.fileno()).st_size

    async def blocks(self) -> AsyncGenerator[bytes]:
        """The file's bytes, in blocks of :data:`BLOCK`."""
        with self._file as file:
            while block := await asyncio.to_thread(file.read, BLOCK):
                yield block


def path_of(url: str) -> Path:
    """The path that a ``file`` address names."""
    return Path(unquote(urlsplit(url).path))


def path_below(folder: Path, url: str) -> Path:
    """The path of a ``downloads`` address, whose folder this is.

    Raises JobError for one that leads out of it.
    """
    parts = urlsplit(url)
    place = Path(unquote(f"{parts.netloc}{parts.path}").replace("\x00", "").lstrip("/"))
    if ".." in place.parts or not place.parts:
        raise JobError(f"'{url}' names no file of the job's downloads")
    return folder / place
