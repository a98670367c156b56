"""A worker has started a job."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from pumice.server.events.outbox import Notice, emit
from pumice.server.jobs.notices import job_notice
from pumice.server.lab.notices import device_notice
from pumice.server.lifecycle.locking import locked_device, locked_job
from pumice.wire.states import DeviceState, JobState


def start(job_id: int) -> bool:
    """Scheduled becomes Running, with its device; whether it did. Repeating changes nothing.

    A guest of a MultiNode group has no device of its own.
    """
    with transaction.atomic():
        job = locked_job(job_id, JobState.SCHEDULED)
        device = locked_device(job)
        if job is None or (device is None and not job.is_guest):
            return False
        job.state, job.start_time = JobState.RUNNING, timezone.now()
        job.save(update_fields=["state", "start_time"])
        notices: list[Notice] = [job_notice(job)]
        if device is not None:
            device.state = DeviceState.RUNNING
            device.save(update_fields=["state"])
            notices.append(device_notice(device, job.display_id))
        emit(notices, job.start_time)
    return True
