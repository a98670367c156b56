"""A person deletes a device, a device type or a worker."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import ProtectedError

from pumice.server.accounts.errors import CannotChange
from pumice.server.audit.record import record
from pumice.server.jobs.models import Job
from pumice.server.lab import device_types, devices, workers
from pumice.server.lab.models import Device, DeviceType, Worker
from pumice.server.lifecycle.cancel import cancel_all
from pumice.wire.states import DeviceState, JobState


def delete_device(by: User | None, hostname: str) -> bool:
    """Delete a device; whether there was such a one.

    Jobs that ran on it are kept, without it; those that wait for it alone are canceled, with their
    MultiNode groups. LAVA deletes all of them. Raises CannotChange where a job holds the device.
    """
    waiting = Job.objects.filter(requested_device=hostname, state=JobState.SUBMITTED)
    for number in list(waiting.order_by("pk").values_list("pk", flat=True)):
        cancel_all(number, f"The device {hostname} was deleted")
    with transaction.atomic():
        device = Device.objects.select_for_update().filter(pk=hostname).first()
        if device is None:
            return False
        if device.state != DeviceState.IDLE or waiting.exists():
            raise CannotChange(
                f"a job holds or waits for the device {hostname!r}: cancel it and wait for its"
                " end first"
            )
        record(by, "delete", devices.KIND, hostname, _gone(devices.shown_of(device)))
        device.delete()
    return True


def delete_worker(by: User | None, hostname: str) -> bool:
    """Delete a worker; whether there was such a one. Its devices are kept, without a worker.

    Raises CannotChange where a job holds one of its devices.
    """
    with transaction.atomic():
        worker = Worker.objects.select_for_update().filter(pk=hostname).first()
        if worker is None:
            return False
        held = Device.objects.filter(worker_host=worker).exclude(state=DeviceState.IDLE)
        names = list(held.order_by("hostname").values_list("hostname", flat=True)[:5])
        if names:
            raise CannotChange(
                f"jobs hold devices of the worker {hostname!r} ({', '.join(names)}): cancel them"
                " and wait for their end first"
            )
        record(by, "delete", workers.KIND, hostname, _gone(workers.shown_of(worker)))
        worker.delete()
    return True


def delete_device_type(by: User | None, name: str) -> bool:
    """Delete a device type with its aliases; whether there was such a one.

    Raises CannotChange where a device is of the type or a job asked for it.
    """
    try:
        with transaction.atomic():
            kind = DeviceType.objects.select_for_update().filter(pk=name).first()
            if kind is None:
                return False
            record(by, "delete", device_types.KIND, name, _gone(device_types.shown_of(kind)))
            kind.delete()
    except ProtectedError as error:
        raise CannotChange(
            f"there are devices or jobs of the device type {name!r}: set display to false instead"
        ) from error
    return True


def _gone(shown: dict[str, Any]) -> dict[str, tuple[Any, None]]:
    return {name: (value, None) for name, value in shown.items()}
