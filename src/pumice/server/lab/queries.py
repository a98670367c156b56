"""Reads of the lab, each starting from what the user may see."""

from __future__ import annotations

from django.db import connection
from django.db.models import Count, Q, QuerySet, Value

from pumice.server.accounts.authentication import Requester
from pumice.server.accounts.grants import EVERYTHING
from pumice.server.database.compiled import Compiled, Given
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
    """Device types with ``device_count``, the number of their devices, retired ones included.

    Devices that the user may not see do not count.
    """
    visible = viewable_devices(user)
    seen = None if visible == EVERYTHING else Q(devices__in=Device.objects.filter(visible))
    return device_types(user).annotate(device_count=Count("devices", filter=seen))


def workers(user: Requester) -> QuerySet[Worker]:
    """All workers that the user may see, by name."""
    return Worker.objects.filter(viewable_workers(user)).order_by("hostname")


def workers_in_use(user: Requester) -> QuerySet[Worker]:
    """The workers that the user may see and that are not retired, by name."""
    return workers(user).exclude(health=WorkerHealth.RETIRED)


def resolve_device_type(name: str) -> DeviceType | None:
    """The device type that a job means by a name: that of an alias first, else of that name."""
    rows = _BY_NAME.rows(name=name)
    if not rows:
        return None
    _, *columns = min(rows)
    return DeviceType.from_db(connection.alias, _TYPE, columns)


_TYPE = [field.attname for field in DeviceType._meta.concrete_fields]
_BY_NAME = Compiled(
    lambda: (
        DeviceType.objects.filter(aliases__name=Given("name"))
        .values_list(Value(0), *_TYPE)
        .union(
            DeviceType.objects.filter(name=Given("name")).values_list(Value(1), *_TYPE), all=True
        )
    )
)


def has_device(device_type: DeviceType) -> bool:
    """Whether any device of this type is not retired."""
    return bool(_IN_USE.rows(device_type=device_type.pk))


_IN_USE = Compiled(
    lambda: (
        Device.objects.filter(device_type=Given("device_type"))
        .exclude(health=DeviceHealth.RETIRED)
        .values_list("pk")[:1]
    )
)


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
