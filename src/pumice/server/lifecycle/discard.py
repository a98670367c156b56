"""A person deletes jobs that have ended, or their logs alone."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction

from pumice.server.audit.record import record
from pumice.server.jobs.models import Job
from pumice.server.lifecycle.locking import locked_job
from pumice.server.logs import remove
from pumice.wire.states import JobHealth, JobState


def delete_job(by: User | None, job_id: int) -> bool:
    """Delete a job with its log, results and documents; False where it has not ended."""
    with transaction.atomic():
        job = locked_job(job_id, JobState.FINISHED)
        if job is None:
            return False
        remove.remove(job.pk)
        record(by, "delete", "job", job.pk, _gone(job))
        job.delete()
    return True


def delete_log(by: User | None, job_id: int) -> bool:
    """Delete the log of a job; False where it has not ended, or has none."""
    with transaction.atomic():
        job = locked_job(job_id, JobState.FINISHED)
        if job is None or not remove.remove(job.pk):
            return False
        record(by, "delete", "log", job.pk)
    return True


def _gone(job: Job) -> dict[str, tuple[object, None]]:
    return {
        "description": (job.description, None),
        "submitter": (job.submitter.get_username(), None),
        "health": (JobHealth(job.health).label, None),
    }
