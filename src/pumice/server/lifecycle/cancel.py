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
from pumice.server.lifecycle.locking import locked_device, locked_job
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
    group = Job.objects.filter(pk=job.pk)
    if job.target_group is not None:
        group = Job.objects.filter(target_group=job.target_group)
    canceled = False
    for number in group.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            if cancel(number, reason):
                record(by, "cancel", "job", number, reason=reason)
                canceled = True
    return canceled


def _end_waiting(job: Job, reason: str) -> None:
    job.state, job.health = JobState.FINISHED, JobHealth.CANCELED
    job.start_time = job.end_time = timezone.now()
    job.failure_comment = reason
    job.save(update_fields=["state", "health", "start_time", "end_time", "failure_comment"])
