"""Read what pairing needs: only the columns, only the types that have an idle device."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.contrib.auth.models import User
from django.db.models import Count, Model, Q

from pumice.server.jobs.models import Job
from pumice.server.lab.models import Device, Worker
from pumice.server.lab.permissions import reserved_devices, submittable_devices
from pumice.server.scheduling.pairing import UsableDevice, WaitingJob
from pumice.wire.states import DeviceHealth, DeviceState, JobState, WorkerHealth, WorkerState

USABLE = (DeviceHealth.GOOD, DeviceHealth.UNKNOWN)


def idle_devices() -> list[UsableDevice]:
    """Devices that could run a job now, if they may."""
    return _usable(Q(state=DeviceState.IDLE))


def busy_devices() -> list[UsableDevice]:
    """Devices that could run a job once they are idle, if they may."""
    return _usable(~Q(state=DeviceState.IDLE))


def _usable(rule: Q) -> list[UsableDevice]:
    rows = list(
        Device.objects.filter(
            rule,
            health__in=USABLE,
            device_type__display=True,
            worker_host__state=WorkerState.ONLINE,
            worker_host__health=WorkerHealth.ACTIVE,
        ).values_list("hostname", "device_type_id", "worker_host_id")
    )
    tags = _tags(Device.tags.through, "device_id", [hostname for hostname, _, _ in rows])
    submitters = _submitters()
    return [
        UsableDevice(host, kind, worker, tags[host], submitters.get(host))
        for host, kind, worker in rows
    ]


def _submitters() -> dict[str, frozenset[int]]:
    """Who of those whose jobs wait may use the devices that not everybody may use."""
    rule = reserved_devices()
    found: dict[str, set[int]] = {
        name: set() for name in Device.objects.filter(rule).values_list("hostname", flat=True)
    }
    if not found:
        return {}
    waiting = Job.objects.filter(state=JobState.SUBMITTED).order_by().values("submitter")
    for user in User.objects.filter(pk__in=waiting):
        usable = Device.objects.filter(rule, submittable_devices(user))
        for hostname in usable.values_list("hostname", flat=True):
            found[hostname].add(user.pk)
    return {hostname: frozenset(users) for hostname, users in found.items()}


def waiting_jobs(device_types: Iterable[str]) -> list[WaitingJob]:
    """Jobs that wait for devices of these types, in the order in which they are served.

    Of MultiNode groups, all jobs that need a device are there.
    """
    wanted = Q(requested_device_type__in=set(device_types))
    of_group = Q(requested_device_type__isnull=False, target_group__isnull=False)
    rows = list(
        Job.objects.filter(wanted | of_group, state=JobState.SUBMITTED)
        .order_by("-priority", "submit_time", "id")
        .values_list(
            "id",
            "requested_device_type_id",
            "requested_device_id",
            "requested_worker_id",
            "submitter_id",
            "target_group",
        )
    )
    tags = _tags(Job.tags.through, "job_id", None)
    return [
        WaitingJob(id_, kind, device, worker, tags[id_], submitter, group)
        for id_, kind, device, worker, submitter, group in rows
    ]


def room() -> dict[str, int]:
    """For each worker that has a limit: how many more jobs it may run."""
    limits = dict(Worker.objects.filter(job_limit__gt=0).values_list("hostname", "job_limit"))
    if not limits:
        return {}
    busy = dict(
        Device.objects.filter(worker_host__in=limits)
        .exclude(state=DeviceState.IDLE)
        .values_list("worker_host_id")
        .annotate(count=Count("hostname"))
    )
    return {name: limit - busy.get(name, 0) for name, limit in limits.items()}


def _tags(
    through: type[Model], column: str, keys: list[str] | None
) -> defaultdict[object, frozenset[str]]:
    rows = through._default_manager.all()
    if keys is None:
        rows = rows.filter(job__state=JobState.SUBMITTED)
    elif len(keys) < 500:
        rows = rows.filter(**{f"{column}__in": keys})
    names: defaultdict[object, set[str]] = defaultdict(set)
    for key, name in rows.values_list(column, "tag__name"):
        names[key].add(name)
    return defaultdict(frozenset, {key: frozenset(value) for key, value in names.items()})
