"""What the outbox says of a job."""

from __future__ import annotations

from pumice.server.events.outbox import Notice
from pumice.server.jobs.groups import HELD, host_of
from pumice.server.jobs.models import Job
from pumice.wire import events
from pumice.wire.states import JobHealth, JobState


def job_notice(job: Job) -> Notice:
    """The ``testjob`` event of the job as it is now; reads submitter and device of the job.

    That of a guest goes to the worker of its host, though it does not name it.
    """
    device = job.actual_device
    worker = device.worker_host_id if device else None
    at = _worker_of_host(job) if job.is_guest and job.state in HELD else worker
    submitter = job.submitter.get_username()
    body = events.testjob(
        job=job.pk,
        state=JobState(job.state).label,
        health=JobHealth(job.health).label,
        description=job.description,
        priority=job.priority,
        submitter=submitter,
        submit_time=job.submit_time,
        health_check=job.health_check,
        sub_id=job.sub_id,
        device=device.hostname if device else None,
        worker=worker,
        device_type=job.requested_device_type_id,
        start_time=job.start_time,
        end_time=job.end_time,
    )
    return Notice(
        kind=events.TESTJOB,
        body=body,
        user=submitter,
        job_id=job.pk,
        device=device.hostname if device else None,
        worker=at,
    )


def _worker_of_host(guest: Job) -> str | None:
    host = host_of(guest)
    device = host.actual_device if host else None
    return device.worker_host_id if device else None
