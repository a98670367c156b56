"""Append to a job's log, inside the transaction of whoever appends."""

from __future__ import annotations

from typing import BinaryIO, cast

from django.core.files.storage import default_storage
from django.db import transaction

from pumice.server.database.wake import wake
from pumice.server.logs import live, sealed
from pumice.server.logs.models import JobLog


def locked(job_id: int) -> JobLog:
    """The job's log row, made if need be, locked until the transaction ends."""
    JobLog.objects.get_or_create(pk=job_id)
    return JobLog.objects.select_for_update().get(pk=job_id)


def append(log: JobLog, lines: list[bytes]) -> None:
    """Append lines (``- ...`` with newline) to a locked log. Readers are woken by the commit."""
    if log.sealed:
        _reopen(log)
    live.store().append(log, lines)
    log.lines += len(lines)
    log.bytes += sum(map(len, lines))
    log.save(update_fields=["lines", "bytes", "sealed"])
    wake(f"log:{log.job_id}")


def _reopen(log: JobLog) -> None:
    """A line came after the log was sealed: make it live again; the sealer will come back."""
    name, log.sealed = log.sealed, ""
    total, log.lines, log.bytes = log.lines, 0, 0
    with default_storage.open(name, "rb") as file:
        lines = list(sealed.read(cast("BinaryIO", file), 0, total))
    live.store().append(log, lines)
    log.lines, log.bytes = total, sum(map(len, lines))
    transaction.on_commit(lambda: default_storage.delete(name))
