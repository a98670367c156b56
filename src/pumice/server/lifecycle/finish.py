"""A job has ended."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from pumice.server.database.texts import storable
from pumice.server.database.wake import wake
from pumice.server.events.outbox import Notice, emit
from pumice.server.jobs.groups import is_essential
from pumice.server.jobs.models import Job
from pumice.server.jobs.notices import job_notice
from pumice.server.lab.models import Device
from pumice.server.lab.notices import device_notice
from pumice.server.lifecycle.cancel import cancel
from pumice.server.lifecycle.locking import lock_group, locked_device, locked_job
from pumice.wire.states import DeviceHealth, DeviceState, ErrorType, JobHealth, JobState

UNFINISHED = tuple(state for state in JobState if state != JobState.FINISHED)
_USED = (DeviceHealth.GOOD, DeviceHealth.UNKNOWN)
_CHECKED = (DeviceHealth.GOOD, DeviceHealth.UNKNOWN, DeviceHealth.BAD)


def finish(
    job_id: int, *, passed: bool, error_type: str = "", errors: str = "", message: str = ""
) -> bool:
    """End the job and free its device; whether it was still to end.

    ``errors`` becomes the failure comment; ``message`` the error message, where the job itself has
    reported none. A job that was being canceled ends Canceled. The other jobs of its MultiNode
    group are canceled where its role is essential and it did not pass.
    """
    with transaction.atomic():
        group = lock_group(job_id)
        job = locked_job(job_id, *UNFINISHED)
        if job is None:
            return False
        device = locked_device(job)
        never_started = job.start_time is None
        _end(job, passed, error_type, errors, message)
        notices: list[Notice] = [job_notice(job)]
        if device is not None:
            canceled_early = job.health == JobHealth.CANCELED and never_started
            _free(device, job, error_type, keep_health=canceled_early)
            notices.append(device_notice(device, None))
        emit(notices, job.end_time)
        wake("queue", f"log:{job.pk}")
        if group and job.health != JobHealth.COMPLETE and is_essential(job):
            for number in group:
                cancel(number, f"Job {job.display_id}, which is essential, did not pass")
    return True


def _end(job: Job, passed: bool, error_type: str, errors: str, message: str) -> None:
    if job.state == JobState.CANCELING:
        job.health = JobHealth.CANCELED
    else:
        job.health = JobHealth.COMPLETE if passed else JobHealth.INCOMPLETE
    job.state = JobState.FINISHED
    job.end_time = timezone.now()
    job.start_time = job.start_time or job.end_time
    job.failure_comment = storable(errors) or job.failure_comment
    job.error_type = job.error_type or storable(error_type)[:50]
    job.error_msg = job.error_msg or storable(message)
    job.save(
        update_fields=[
            "state", "health", "start_time", "end_time",
            "failure_comment", "error_type", "error_msg",
        ]
    )  # fmt: skip


def _free(device: Device, job: Job, error_type: str, *, keep_health: bool) -> None:
    device.state = DeviceState.IDLE
    if job.health_check:
        if device.health in _CHECKED:
            complete = job.health == JobHealth.COMPLETE
            device.health = DeviceHealth.GOOD if complete else DeviceHealth.BAD
    elif error_type in ErrorType.BLAMES_THE_DEVICE and not keep_health:
        # LAVA also brings devices in Maintenance, Bad or Retired back to Unknown: a job that was
        # running when a person took its device out must not undo that.
        device.health = DeviceHealth.UNKNOWN if device.health in _USED else device.health
    device.save(update_fields=["state", "health"])
