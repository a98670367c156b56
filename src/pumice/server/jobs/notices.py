"""What the outbox says of a job."""

from __future__ import annotations

from pumice.server.events.outbox import Notice
from pumice.server.jobs.models import Job
from pumice.wire import events
from pumice.wire.states import JobHealth, JobState


def job_notice(job: Job) -> Notice:
    """The ``testjob`` event of the job as it is now; reads submitter and device of the job."""
    device = job.actual_device
    worker = device.worker_host_id if device else None
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
        worker=worker,
    )
