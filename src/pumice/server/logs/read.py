"""Read a job's log, live or sealed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, cast

from django.core.files.storage import default_storage

from pumice.server.logs import live, sealed
from pumice.server.logs.models import JobLog


def count(job_id: int) -> int:
    """How many lines the job's log has."""
    return JobLog.objects.filter(pk=job_id).values_list("lines", flat=True).first() or 0


def size(job_id: int) -> int:
    """How many bytes the job's log has."""
    return JobLog.objects.filter(pk=job_id).values_list("bytes", flat=True).first() or 0


def extent(job_id: int) -> tuple[int, int]:
    """How many lines and bytes the job's log has, at one moment."""
    row = JobLog.objects.filter(pk=job_id).values_list("lines", "bytes").first()
    return row or (0, 0)


def lines(job_id: int, start: int = 0, end: int | None = None) -> Iterator[bytes]:
    """Lines by number from 0, ``end`` not included; each begins ``- `` and ends with a newline.

    What is read ends where the log ended when reading began. A log that is sealed meanwhile is
    read on in its sealed form.
    """
    place = max(start, 0)
    until: int | None = None
    while True:
        log = JobLog.objects.filter(pk=job_id).first()
        if log is None:
            return
        if until is None:
            until = log.lines if end is None else min(end, log.lines)
        if place >= until:
            return
        try:
            for line in _read(log, place, until):
                place += 1
                yield line
            return
        except (live.LiveLogGone, FileNotFoundError):
            if JobLog.objects.filter(pk=job_id, sealed=log.sealed).exists():
                raise


def _read(log: JobLog, start: int, end: int) -> Iterator[bytes]:
    if not log.sealed:
        yield from live.store().read(log, start, end)
        return
    with default_storage.open(log.sealed, "rb") as file:
        yield from sealed.read(cast("BinaryIO", file), start, end)
