"""Someone or something wants a job to end."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from pumice.server.audit.record import record
from pumice.server.database.wake import wake
from pumice.server.events.outbox import emit
from pumice.server.jobs.models import Job
from pumice.server.jobs.notices import job_notice
from pumice.server.lifecycle.locking import lock_group, locked_device, locked_job
from pumice.wire.states import JobHealth, JobState

CANCELABLE = (JobState.SUBMITTED, JobState.SCHEDULING, JobState.SCHEDULED, JobState.RUNNING)


def cancel(job_id: int, reason: str = "") -> bool:
    """Cancel a job; whether that changed anything.

    A job that waits ends at once; one that has a device becomes Canceling and its worker ends it.
    """
    with transaction.atomic():
        job = locked_job(job_id, *CANCELABLE)
        if job is None:
            return False
        if job.state == JobState.SUBMITTED:
            _end_waiting(job, reason)
        else:
            locked_device(job)
            job.state = JobState.CANCELING
            job.save(update_fields=["state"])
        emit([job_notice(job)])
        wake("queue", f"log:{job.pk}")
    return True


def cancel_for(by: User | None, job: Job, reason: str = "") -> bool:
    """Cancel a job for a person, with all jobs of its MultiNode group; whether any was to cancel.

    Whether the person may, the caller has checked.
    """
    with transaction.atomic():
        canceled = cancel_all(job.pk, reason)
        for number in canceled:
            record(by, "cancel", "job", number, reason=reason)
    return bool(canceled)


def cancel_all(job_id: int, reason: str = "") -> list[int]:
    """Cancel a job and all others of its MultiNode group; the numbers of those that were to."""
    with transaction.atomic():
        numbers = lock_group(job_id) or [job_id]
        return [number for number in numbers if cancel(number, reason)]


def _end_waiting(job: Job, reason: str) -> None:
    job.state, job.health = JobState.FINISHED, JobHealth.CANCELED
    job.start_time = job.end_time = timezone.now()
    job.failure_comment = reason
    job.save(update_fields=["state", "health", "start_time", "end_time", "failure_comment"])
