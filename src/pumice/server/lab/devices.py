"""Add and change devices; :mod:`pumice.server.lifecycle.removal` deletes them."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group, User
from django.db import IntegrityError, transaction

from pumice.server.accounts.errors import CannotChange
from pumice.server.audit.record import differences, record
from pumice.server.database.wake import wake
from pumice.server.lab.models import Device, DeviceType, Tag, Worker
from pumice.server.lab.naming import check_name
from pumice.wire.states import DeviceHealth

KIND = "device"
KEPT: Any = object()
"""Stands for a value that is left as it is."""


def add(
    by: User | None,
    hostname: str,
    device_type: DeviceType,
    worker: Worker | None,
    *,
    health: DeviceHealth = DeviceHealth.UNKNOWN,
    description: str = "",
) -> Device:
    """Add a device. Raises CannotChange where the name is taken, or can be none."""
    check_name(hostname, KIND, 200)
    device = Device(
        hostname=hostname,
        device_type=device_type,
        worker_host=worker,
        health=health,
        description=description,
    )
    try:
        with transaction.atomic():
            device.save(force_insert=True)
            shown = {**shown_of(device), "health": health.label}
            record(by, "add", KIND, hostname, differences({}, shown))
            wake("queue")
    except IntegrityError as error:
        raise CannotChange(f"there is a device {hostname!r} already", taken=True) from error
    return device


def change(
    by: User | None,
    device: Device,
    *,
    worker: Worker | None = KEPT,
    device_type: DeviceType = KEPT,
    description: str = KEPT,
    owner: User | None = KEPT,
    group: Group | None = KEPT,
    reason: str = "",
) -> None:
    """Change what is given; health changes by :mod:`pumice.server.lifecycle.health`.

    Where an owner is given the physical group is taken away, and the other way round.
    """
    given: dict[str, Any] = {
        "worker_host": worker,
        "device_type": device_type,
        "description": description,
        "physical_owner": owner,
        "physical_group": group,
    }
    if owner is not KEPT and owner is not None:
        given["physical_group"] = None
    if group is not KEPT and group is not None:
        given["physical_owner"] = None
    wanted = {name: value for name, value in given.items() if value is not KEPT}
    with transaction.atomic():
        locked = Device.objects.select_for_update().get(pk=device.pk)
        before = shown_of(locked)
        for name, value in wanted.items():
            setattr(locked, name, value)
        changes = differences(before, shown_of(locked))
        if not changes:
            return
        locked.save(update_fields=list(wanted))
        record(by, "change", KIND, locked.pk, changes, reason=reason)
        wake("queue")
    device.refresh_from_db()


def tag(by: User | None, device: Device, name: str) -> None:
    """Give the device a tag, which is made where there is none of the name."""
    with transaction.atomic():
        found, _ = Tag.objects.get_or_create(name=check_name(name, "tag", 100))
        if not device.tags.filter(pk=found.pk).exists():
            device.tags.add(found)
            record(by, "change", KIND, device.pk, {"tags": (None, name)})
            wake("queue")


def untag(by: User | None, device: Device, tag: Tag) -> None:
    """Take a tag from the device; nothing where it has it not."""
    with transaction.atomic():
        if device.tags.filter(pk=tag.pk).exists():
            device.tags.remove(tag)
            record(by, "change", KIND, device.pk, {"tags": (tag.name, None)})
            wake("queue")


def shown_of(device: Device) -> dict[str, Any]:
    """What of a device people read in the record of changes."""
    return {
        "device type": device.device_type_id,
        "worker": device.worker_host_id,
        "description": device.description,
        "physical owner": device.physical_owner and device.physical_owner.get_username(),
        "physical group": device.physical_group and device.physical_group.name,
    }
