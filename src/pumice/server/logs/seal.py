"""Seal the logs of jobs that have ended."""

from __future__ import annotations

import os
import tempfile

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction

from pumice.server.daemon import Daemon
from pumice.server.logs import live, sealed
from pumice.server.logs.models import JobLog
from pumice.wire.states import JobState


def step() -> bool:
    """Seal the log of one ended job; whether there was one."""
    log = JobLog.objects.filter(sealed="", job__state=JobState.FINISHED).order_by("pk").first()
    if log is None:
        return False
    seal(log)
    return True


def seal(log: JobLog) -> None:
    """Write the sealed object, then switch to it; a log that grew meanwhile stays live."""
    name = _save(log)
    with transaction.atomic():
        switched = JobLog.objects.filter(pk=log.pk, sealed="", lines=log.lines).update(sealed=name)
        if switched:
            transaction.on_commit(lambda: live.store().discard(log.job_id))
    if not switched:
        default_storage.delete(name)


def _save(log: JobLog) -> str:
    name = f"logs/{log.job_id // 10_000:06d}/{log.job_id}-{log.lines}.log.zst"
    with tempfile.TemporaryFile() as file:
        sealed.write(live.store().read(log, 0, log.lines), file)
        file.seek(0)
        default_storage.delete(name)  # that of a sealer that was killed
        saved = default_storage.save(name, File(file))
    try:
        descriptor = os.open(default_storage.path(saved), os.O_RDONLY)
    except NotImplementedError:
        return saved  # a store elsewhere has its own durability
    os.fsync(descriptor)
    os.close(descriptor)
    return saved


def daemon() -> Daemon:
    """The sealer as a loop: woken by events, since a job's end is one."""
    return Daemon("sealer", frozenset({"events"}), step, sweep=30.0)
