"""Remove the log of a job that has ended."""

from __future__ import annotations

from django.core.files.storage import default_storage
from django.db import transaction

from pumice.server.logs import live
from pumice.server.logs.models import JobLog


def remove(job_id: int) -> bool:
    """Remove the lines of a job, in the current transaction; whether it had any.

    The files are deleted once it is committed: what a crash leaves behind is unreachable.
    """
    log = JobLog.objects.select_for_update().filter(pk=job_id).first()
    if log is None:
        return False
    name = log.sealed
    log.delete()
    if name:
        transaction.on_commit(lambda: default_storage.delete(name))
    transaction.on_commit(lambda: live.store().discard(job_id))
    return True
