"""The two stores of a log that is still written, behind one Protocol."""

from __future__ import annotations

import os
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import zstandard
from django.conf import settings

from pumice.server.database import is_postgresql
from pumice.server.logs.models import Chunk, JobLog
from pumice.server.logs.sealed import split

_OFFSET = 8


class LiveLogGone(Exception):
    """The live log is not there (any more): read the job's log row again, it may be sealed."""


class LiveStore(Protocol):
    """Keeps the lines of live logs. ``log`` is the row as committed, which says what counts."""

    def append(self, log: JobLog, lines: list[bytes]) -> None:
        """Write lines (each with its newline) after those that count, inside the transaction that
        will count them; they are on the disk when this returns or when it commits."""
        ...

    def read(self, log: JobLog, start: int, end: int) -> Iterator[bytes]:
        """Lines by number, counted from 0, ``end`` not included. Raises LiveLogGone."""
        ...

    def discard(self, job_id: int) -> None:
        """Forget a log that is sealed."""
        ...


def store() -> LiveStore:
    """The store of this site's database."""
    return RowStore() if is_postgresql() else FileStore()


class FileStore:
    """A file of lines and a file of their ends, both cut back to what is committed."""

    def append(self, log: JobLog, lines: list[bytes]) -> None:
        ends = array("Q")
        end = log.bytes
        for line in lines:
            end += len(line)
            ends.append(end)
        _write(_path(log.job_id, "log"), log.bytes, b"".join(lines))
        _write(_path(log.job_id, "ends"), log.lines * _OFFSET, ends.tobytes())

    def read(self, log: JobLog, start: int, end: int) -> Iterator[bytes]:
        try:
            with (
                _path(log.job_id, "ends").open("rb") as ends,
                _path(log.job_id, "log").open("rb") as lines,
            ):
                if start:
                    ends.seek((start - 1) * _OFFSET)
                    lines.seek(int.from_bytes(ends.read(_OFFSET), "little"))
                for _ in range(start, end):
                    yield lines.readline()
        except FileNotFoundError as error:
            raise LiveLogGone(str(LiveLogGone.__doc__)) from error

    def discard(self, job_id: int) -> None:
        for kind in ("ends", "log"):
            _path(job_id, kind).unlink(missing_ok=True)


def _path(job_id: int, kind: str) -> Path:
    return Path(settings.MEDIA_ROOT) / "logs" / "live" / f"{job_id}.{kind}"


def _write(path: Path, offset: int, data: bytes) -> None:
    try:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        os.ftruncate(file, offset)  # what a killed writer left behind does not count
        os.lseek(file, offset, os.SEEK_SET)
        view = memoryview(data)
        while view:
            view = view[os.write(file, view) :]
        os.fdatasync(file)
    finally:
        os.close(file)


class RowStore:
    """Compressed chunks as rows, in the transaction that counts them."""

    def append(self, log: JobLog, lines: list[bytes]) -> None:
        data = zstandard.ZstdCompressor(level=3).compress(b"".join(lines))
        Chunk.objects.create(job_id=log.job_id, first_line=log.lines, lines=len(lines), data=data)

    def read(self, log: JobLog, start: int, end: int) -> Iterator[bytes]:
        place = self._chunk_of(log.job_id, start)
        while place < end:
            row = (
                Chunk.objects.filter(job_id=log.job_id, first_line=place)
                .values_list("lines", "data")
                .first()
            )
            if row is None:
                raise LiveLogGone(str(LiveLogGone.__doc__))
            count, data = row
            lines = split(zstandard.ZstdDecompressor().decompress(bytes(data)))
            yield from lines[max(start - place, 0) : end - place]
            place += count

    def _chunk_of(self, job_id: int, line: int) -> int:
        place = (
            Chunk.objects.filter(job_id=job_id, first_line__lte=line)
            .order_by("-first_line")
            .values_list("first_line", flat=True)
            .first()
        )
        if place is None:
            raise LiveLogGone(str(LiveLogGone.__doc__))
        return place

    def discard(self, job_id: int) -> None:
        Chunk.objects.filter(job_id=job_id).delete()
