"""A worker has started a job."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from pumice.server.events.outbox import emit
from pumice.server.jobs.notices import job_notice
from pumice.server.lab.notices import device_notice
from pumice.server.lifecycle.locking import locked_device, locked_job
from pumice.wire.states import DeviceState, JobState


def start(job_id: int) -> bool:
    """Scheduled becomes Running, with its device; whether it did. Repeating changes nothing."""
    with transaction.atomic():
        job = locked_job(job_id, JobState.SCHEDULED)
        device = locked_device(job)
        if job is None or device is None:
            return False
        job.state, job.start_time = JobState.RUNNING, timezone.now()
        job.save(update_fields=["state", "start_time"])
        device.state = DeviceState.RUNNING
        device.save(update_fields=["state"])
        emit([job_notice(job), device_notice(device, job.pk)], job.start_time)
    return True
