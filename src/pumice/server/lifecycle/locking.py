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


def lock_group(job_id: int) -> list[int]:
    """Lock the jobs of the MultiNode group that the job is of, and their devices.

    Their numbers in order; none where the job is of no group, and nothing is locked then.
    """
    group = Job.objects.filter(pk=job_id).values_list("target_group", flat=True).first()
    if group is None:
        return []
    of_group = Job.objects.filter(target_group=group).order_by("pk")
    numbers = list(of_group.select_for_update().values_list("pk", flat=True))
    devices = Device.objects.filter(jobs__in=numbers, jobs__state__lt=JobState.FINISHED)
    names = sorted(set(devices.values_list("hostname", flat=True)))
    list(Device.objects.select_for_update().filter(pk__in=names).order_by("hostname"))
    return numbers


def locked_device(job: Job | None) -> Device | None:
    """The device that holds the job, locked; None where there is none."""
    if job is None or job.actual_device_id is None:
        return None
    device = Device.objects.select_for_update().get(pk=job.actual_device_id)
    job.actual_device = device
    return device
