"""Give devices to jobs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db import transaction
from django.db.models import QuerySet

from pumice.server.events.outbox import Notice, emit
from pumice.server.jobs.models import Job
from pumice.server.jobs.notices import job_notice
from pumice.server.lab.models import Device
from pumice.server.lab.notices import device_notice
from pumice.wire.states import DeviceState, JobState

CHUNK = 200


def reserve(pairs: Iterable[tuple[int, str]]) -> list[int]:
    """Reserve devices for single jobs, as (job id, hostname); the ids of the jobs that got theirs.

    A pair counts only if the job is still Submitted and the device still Idle.
    """
    todo = sorted(pairs)
    done: list[int] = []
    for start in range(0, len(todo), CHUNK):
        done += _reserve(dict(todo[start : start + CHUNK]))
    return done


def reserve_group(pairs: Iterable[tuple[int, str]]) -> list[int]:
    """Reserve devices for all jobs of a MultiNode group that need one; the ids of these jobs.

    All or nothing: every job of the group must still be Submitted, and every device Idle. The
    group's guests, which have no device, are Scheduled with the others.
    """
    wanted = dict(pairs)
    with transaction.atomic():
        group = Job.objects.filter(pk__in=wanted).values("target_group")
        jobs = _locked_jobs(Job.objects.filter(target_group__in=group))
        devices = _locked_devices(wanted.values())
        needy = {job.pk for job in jobs if not job.is_guest}
        waiting = all(job.state == JobState.SUBMITTED for job in jobs)
        if not waiting or needy != set(wanted) or len(devices) != len(wanted):
            return []
        _give(jobs, {pk: devices[hostname] for pk, hostname in wanted.items()})
    return sorted(wanted)


def _reserve(pairs: dict[int, str]) -> list[int]:
    with transaction.atomic():
        single = Job.objects.filter(
            pk__in=pairs, state=JobState.SUBMITTED, target_group__isnull=True
        )
        jobs = _locked_jobs(single)
        devices = _locked_devices(pairs.values())
        given: dict[int, Device] = {}
        for job in jobs:
            if (device := devices.pop(pairs[job.pk], None)) is not None:
                given[job.pk] = device
        reserved = [job for job in jobs if job.pk in given]
        _give(reserved, given)
    return [job.pk for job in reserved]


def _locked_jobs(jobs: QuerySet[Job]) -> list[Job]:
    return list(jobs.select_for_update(of=("self",)).select_related("submitter").order_by("pk"))


def _locked_devices(hostnames: Iterable[str]) -> dict[str, Device]:
    """Those of the devices that are Idle."""
    idle = Device.objects.filter(hostname__in=hostnames, state=DeviceState.IDLE)
    return {device.hostname: device for device in idle.select_for_update().order_by("hostname")}


def _give(jobs: list[Job], devices: Mapping[int, Device]) -> None:
    """Jobs become Scheduled, each with its device; guests have none."""
    notices: list[Notice] = []
    for job in jobs:
        job.state, job.actual_device = JobState.SCHEDULED, devices.get(job.pk)
    Job.objects.bulk_update(jobs, ["state", "actual_device"])
    Device.objects.filter(hostname__in=[device.hostname for device in devices.values()]).update(
        state=DeviceState.RESERVED
    )
    for job in jobs:
        notices.append(job_notice(job))
        if (device := devices.get(job.pk)) is not None:
            device.state = DeviceState.RESERVED
            notices.append(device_notice(device, job.display_id))
    emit(notices)
