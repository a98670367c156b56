"""A person says how devices and workers are."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction

from pumice.server.audit.record import record
from pumice.server.database.wake import wake
from pumice.server.events.outbox import Notice, emit
from pumice.server.jobs.queries import current_jobs, current_names
from pumice.server.lab.models import Device, Worker
from pumice.server.lab.notices import device_notice, worker_notice
from pumice.server.lifecycle.cancel import cancel
from pumice.wire.states import DeviceHealth, WorkerHealth

# Of the devices of a worker that becomes Active, or that is retired, these change with it.
_WITH_ACTIVE = (DeviceHealth.GOOD,)
_WITH_RETIRED = tuple(
    health for health in DeviceHealth if health not in (DeviceHealth.BAD, DeviceHealth.RETIRED)
)


def set_device_health(
    by: User | None, hostname: str, health: DeviceHealth, reason: str = ""
) -> bool:
    """Change a device's health; whether that changed anything.

    A device that is retired while a job holds it has that job canceled.
    """
    with transaction.atomic():
        device = Device.objects.select_for_update().filter(pk=hostname).first()
        if device is None or device.health == health:
            return False
        emit(_change([device], health, by, reason))
        wake("queue")
    if health == DeviceHealth.RETIRED:
        _cancel_jobs([device], reason)
    return True


def set_worker_health(
    by: User | None, hostname: str, health: WorkerHealth, reason: str = ""
) -> bool:
    """Change a worker's health, and its devices'; whether that changed anything.

    Active, unless it was Retired: its Good devices become Unknown, so that they are checked.
    Retired: its devices are retired, but Bad ones.
    """
    retired: list[Device] = []
    with transaction.atomic():
        worker = Worker.objects.select_for_update().filter(pk=hostname).first()
        if worker is None:
            return False
        before, worker.health = WorkerHealth(worker.health), health
        notices: list[Notice] = []
        if before != health:
            worker.save(update_fields=["health"])
            changes = {"health": (before.label, health.label)}
            record(by, "change", "worker", worker.pk, changes, reason=reason)
            notices.append(worker_notice(worker))
        if health == WorkerHealth.RETIRED and before != health:
            retired = _devices(worker, _WITH_RETIRED)
            notices += _change(retired, DeviceHealth.RETIRED, by, reason)
        elif health == WorkerHealth.ACTIVE and before != WorkerHealth.RETIRED:
            notices += _change(_devices(worker, _WITH_ACTIVE), DeviceHealth.UNKNOWN, by, reason)
        emit(notices)
        if notices:
            wake("queue")
    _cancel_jobs(retired, reason)
    return bool(notices)


def _devices(worker: Worker, healths: tuple[DeviceHealth, ...]) -> list[Device]:
    found = Device.objects.filter(worker_host=worker, health__in=healths)
    return list(found.select_for_update().order_by("hostname"))


def _change(
    devices: list[Device], health: DeviceHealth, by: User | None, reason: str
) -> list[Notice]:
    holding = current_names([device.pk for device in devices])
    notices: list[Notice] = []
    for device in devices:
        changes = {"health": (DeviceHealth(device.health).label, health.label)}
        device.health = health
        device.save(update_fields=["health"])
        record(by, "change", "device", device.pk, changes, reason=reason)
        notices.append(device_notice(device, holding.get(device.pk)))
    return notices


def _cancel_jobs(devices: list[Device], reason: str) -> None:
    """After the commit: an act that locks a job locks its device after it, never before."""
    holding = current_jobs([device.pk for device in devices])
    for number in sorted(holding.values()):
        cancel(number, reason or "The device was retired")
