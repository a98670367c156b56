"""Grant groups what they may do with one object, and take it back."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group, User
from django.db import transaction

from pumice.server.accounts.grants import Granted, Level
from pumice.server.audit.record import record
from pumice.server.database.wake import wake
from pumice.server.lab.models import (
    Device,
    DeviceGrant,
    DeviceType,
    DeviceTypeGrant,
    Worker,
    WorkerGrant,
)
from pumice.server.lab.permissions import DEVICE_TYPES, DEVICES, WORKERS

Granting = Device | DeviceType | Worker

_KINDS: dict[type[Granting], tuple[Granted, Any, str]] = {
    Device: (DEVICES, DeviceGrant, "device"),
    DeviceType: (DEVICE_TYPES, DeviceTypeGrant, "device type"),
    Worker: (WORKERS, WorkerGrant, "worker"),
}


def kind_of(item: Granting) -> Granted:
    """How grants of such objects are called."""
    return _KINDS[type(item)][0]


def grant(by: User | None, item: Granting, group: Group, level: Level) -> None:
    """Grant a group a level of the object; nothing where it has just that already."""
    kind, model, called = _KINDS[type(item)]
    with transaction.atomic():
        _, made = model.objects.get_or_create(**{kind.field: item}, group=group, level=level)
        if made:
            record(by, "grant", called, item.pk, {kind.codename(level): (None, group.name)})
            wake("queue")


def revoke(by: User | None, item: Granting, group: Group, level: Level) -> None:
    """Take a level of the object from a group; nothing where it was not granted just that."""
    kind, model, called = _KINDS[type(item)]
    with transaction.atomic():
        deleted, _ = model.objects.filter(**{kind.field: item}, group=group, level=level).delete()
        if deleted:
            record(by, "revoke", called, item.pk, {kind.codename(level): (group.name, None)})
            wake("queue")


def listed(item: Granting) -> list[tuple[str, str]]:
    """Codename and group of each grant of the object, by group and level."""
    kind, model, _ = _KINDS[type(item)]
    rows = model.objects.filter(**{kind.field: item}).order_by("group__name", "level")
    return [
        (kind.codename(Level(level)), group)
        for level, group in rows.values_list("level", "group__name")
    ]
