"""Lock the rows of an act, in the one order."""

from __future__ import annotations

from pumice.server.jobs.models import Job
from pumice.server.lab.models import Device
from pumice.wire.states import JobState


def locked_job(job_id: int, *expected: JobState) -> Job | None:
    """The job, locked, if it is in one of the expected states."""
    return (
        Job.objects.select_for_update(of=("self",))
        .select_related("submitter")
        .filter(pk=job_id, state__in=expected)
        .first()
    )


def locked_device(job: Job | None) -> Device | None:
    """The device that holds the job, locked; None where there is none."""
    if job is None or job.actual_device_id is None:
        return None
    device = Device.objects.select_for_update().get(pk=job.actual_device_id)
    job.actual_device = device
    return device
