"""Files of the worker as a source, and what every source gives."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from pumice.dispatcher.errors import JobError

BLOCK = 1 << 20
"""Bytes that are read at once."""


@dataclass(slots=True)
class Stream:
    """What a source gives: the length where it is known, and the bytes as they come."""

    length: int | None
    blocks: AsyncIterator[bytes]


def path_of(url: str) -> Path:
    """The path that a ``file`` address names."""
    return Path(unquote(urlsplit(url).path))


def open_file(path: Path) -> Stream:
    """Open a file. Raises JobError where it cannot be read."""
    try:
        file = path.open("rb", buffering=0)
    except OSError as error:
        raise JobError(f"cannot read {path}: {error.strerror}") from error

    async def blocks() -> AsyncIterator[bytes]:
        with file:
            while block := await asyncio.to_thread(file.read, BLOCK):
                yield block

    return Stream(os.fstat(file.fileno()).st_size, blocks())
