"""Add and change device types, and their aliases."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from pumice.server.accounts.errors import CannotChange
from pumice.server.audit.record import differences, record
from pumice.server.database.wake import wake
from pumice.server.lab.models import Alias, DeviceType
from pumice.server.lab.naming import check_name

KIND = "device type"
DENOMINATORS = {"hours": 0, "jobs": 1}
"""What a device type's ``health_frequency`` counts, and how it is stored."""

_FIELDS = (
    "description",
    "display",
    "health_frequency",
    "health_denominator",
    "disable_health_check",
)
_MAX_FREQUENCY = 2**31 - 1


def add(by: User | None, name: str, **values: Any) -> DeviceType:
    """Add a device type; ``values`` are fields of the model. Raises CannotChange."""
    check_name(name, KIND, 50)
    if Alias.objects.filter(pk=name).exists():
        raise CannotChange(f"{name!r} is an alias of a device type already", taken=True)
    kind = DeviceType(name=name, **_checked(values))
    try:
        with transaction.atomic():
            kind.save(force_insert=True)
            record(by, "add", KIND, name, differences({}, shown_of(kind)))
    except IntegrityError as error:
        raise CannotChange(f"there is a device type {name!r} already", taken=True) from error
    return kind


def change(by: User | None, kind: DeviceType, **values: Any) -> None:
    """Change the fields that are given. Raises CannotChange."""
    wanted = _checked(values)
    with transaction.atomic():
        locked = DeviceType.objects.select_for_update().get(pk=kind.pk)
        before = shown_of(locked)
        for name, value in wanted.items():
            setattr(locked, name, value)
        changes = differences(before, shown_of(locked))
        if not changes:
            return
        locked.save(update_fields=list(wanted))
        record(by, "change", KIND, locked.pk, changes)
        wake("queue")
    kind.refresh_from_db()


def _checked(values: dict[str, Any]) -> dict[str, Any]:
    frequency = values.get("health_frequency", 0)
    if type(frequency) is not int or not 0 <= frequency <= _MAX_FREQUENCY:
        raise CannotChange(f"the health frequency is a number from 0 to {_MAX_FREQUENCY}")
    if len(values.get("description", "")) > 200:
        raise CannotChange("the description of a device type has at most 200 characters")
    return values


def name_alias(by: User | None, kind: DeviceType, name: str) -> None:
    """Make `name` an alias of the device type, also where it is one of another."""
    check_name(name, "alias", 200)
    with transaction.atomic():
        alias, _ = Alias.objects.select_for_update().get_or_create(pk=name)
        before = alias.device_type_id
        if before != kind.pk:
            alias.device_type = kind
            alias.save(update_fields=["device_type"])
            record(by, "change", "alias", name, {"device type": (before, kind.pk)})


def unname_alias(by: User | None, alias: Alias) -> None:
    """Let the alias be one of no device type."""
    with transaction.atomic():
        before = alias.device_type_id
        alias.device_type = None
        alias.save(update_fields=["device_type"])
        record(by, "change", "alias", alias.pk, {"device type": (before, None)})


def add_alias(by: User | None, name: str, kind: DeviceType) -> None:
    """Add a new alias. Raises CannotChange where there is one, or a device type, of the name."""
    check_name(name, "alias", 200)
    if DeviceType.objects.filter(pk=name).exists():
        raise CannotChange(f"there is a device type {name!r}", taken=True)
    try:
        with transaction.atomic():
            Alias(name=name, device_type=kind).save(force_insert=True)
            record(by, "add", "alias", name, {"device type": (None, kind.pk)})
    except IntegrityError as error:
        raise CannotChange(f"there is an alias {name!r} already", taken=True) from error


def delete_alias(by: User | None, alias: Alias) -> None:
    """Delete an alias."""
    with transaction.atomic():
        record(by, "delete", "alias", alias.pk, {"device type": (alias.device_type_id, None)})
        alias.delete()


def shown_of(kind: DeviceType) -> dict[str, Any]:
    """What of a device type people read in the record of changes."""
    return {name: getattr(kind, name) for name in _FIELDS}
