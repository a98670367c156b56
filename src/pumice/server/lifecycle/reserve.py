"""Give devices to jobs."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from pumice.server.events.outbox import emit
from pumice.server.jobs.models import Job
from pumice.server.jobs.notices import job_notice
from pumice.server.lab.models import Device
from pumice.server.lab.notices import device_notice
from pumice.wire.states import DeviceState, JobState

CHUNK = 200


def reserve(pairs: Iterable[tuple[int, str]]) -> list[int]:
    """Reserve devices for jobs, as (job id, hostname); the ids of the jobs that got theirs.

    A pair counts only if the job is still Submitted and the device still Idle.
    """
    todo = sorted(pairs)
    done: list[int] = []
    for start in range(0, len(todo), CHUNK):
        done += _reserve(dict(todo[start : start + CHUNK]))
    return done


def _reserve(pairs: dict[int, str]) -> list[int]:
    with transaction.atomic():
        jobs = list(
            Job.objects.select_for_update(of=("self",))
            .select_related("submitter")
            .filter(pk__in=pairs, state=JobState.SUBMITTED)
            .order_by("pk")
        )
        devices = {
            device.hostname: device
            for device in Device.objects.select_for_update()
            .filter(hostname__in=pairs.values(), state=DeviceState.IDLE)
            .order_by("hostname")
        }
        notices = []
        reserved: list[Job] = []
        for job in jobs:
            device = devices.pop(pairs[job.pk], None)
            if device is None:
                continue
            job.state, job.actual_device = JobState.SCHEDULED, device
            device.state = DeviceState.RESERVED
            reserved.append(job)
            notices += [job_notice(job), device_notice(device, job.pk)]
        Job.objects.bulk_update(reserved, ["state", "actual_device"])
        hostnames = [job.actual_device_id for job in reserved]
        Device.objects.filter(hostname__in=hostnames).update(state=DeviceState.RESERVED)
        emit(notices)
    return [job.pk for job in reserved]
