"""Reads of the lab, each starting from what the user may see."""

from __future__ import annotations

from django.db.models import Count, QuerySet

from pumice.server.accounts.authentication import Requester
from pumice.server.lab.models import Alias, Device, DeviceType, Tag, Worker
from pumice.server.lab.permissions import viewable_devices, viewable_types, viewable_workers
from pumice.wire.states import DeviceHealth, WorkerHealth


def devices(user: Requester) -> QuerySet[Device]:
    """All devices that the user may see, by name."""
    return Device.objects.filter(viewable_devices(user)).order_by("hostname")


def devices_in_use(user: Requester) -> QuerySet[Device]:
    """The devices that the user may see and that are not retired, by name."""
    return devices(user).exclude(health=DeviceHealth.RETIRED)


def device_types(user: Requester) -> QuerySet[DeviceType]:
    """All device types that the user may see, by name."""
    return DeviceType.objects.filter(viewable_types(user)).order_by("name")


def device_types_with_counts(user: Requester) -> QuerySet[DeviceType]:
    """Device types with ``device_count``, the number of their devices, retired ones included."""
    return device_types(user).annotate(device_count=Count("devices"))


def workers(user: Requester) -> QuerySet[Worker]:
    """All workers that the user may see, by name."""
    return Worker.objects.filter(viewable_workers(user)).order_by("hostname")


def workers_in_use(user: Requester) -> QuerySet[Worker]:
    """The workers that the user may see and that are not retired, by name."""
    return workers(user).exclude(health=WorkerHealth.RETIRED)


def resolve_device_type(name: str) -> DeviceType | None:
    """The device type that a job means by a name: that of an alias first, else of that name."""
    aliased = DeviceType.objects.filter(aliases__name=name).first()
    return aliased or DeviceType.objects.filter(name=name).first()


def aliases_of(device_type: DeviceType) -> list[str]:
    """The names of a device type's aliases, sorted."""
    return list(
        Alias.objects.filter(device_type=device_type)
        .order_by("name")
        .values_list("name", flat=True)
    )


def tags_of(device: Device) -> list[str]:
    """The names of a device's tags, sorted."""
    return list(Tag.objects.filter(devices=device).order_by("name").values_list("name", flat=True))
