"""What names and texts of arguments mean."""

from __future__ import annotations

import re
from argparse import ArgumentTypeError
from datetime import date, datetime, time, timedelta
from enum import IntEnum
from typing import Any, TypeVar

from django.contrib.auth.models import Group, User
from django.core.management.base import CommandError
from django.db.models import Model
from django.utils import timezone

from pumice.server.database.texts import is_storable
from pumice.server.lab.models import Alias, Device, DeviceType, Tag, Worker

_M = TypeVar("_M", bound=Model)
_E = TypeVar("_E", bound=IntEnum)
_AGE = re.compile(r"([0-9]{1,6})([dh])")

_KINDS: dict[type[Any], tuple[str, str]] = {
    Alias: ("name", "alias"),
    Device: ("hostname", "device"),
    DeviceType: ("name", "device type"),
    Group: ("name", "group"),
    Tag: ("name", "tag"),
    User: ("username", "user"),
    Worker: ("hostname", "worker"),
}


def find(model: type[_M], name: str) -> _M:
    """The thing of this name. Raises CommandError where there is none."""
    field, called = _KINDS[model]
    manager: Any = model._default_manager
    found = manager.filter(**{field: name}).first() if is_storable(name) else None
    if found is None:
        raise CommandError(f"there is no {called} {name!r}")
    return found


def find_given(model: type[_M], name: str | None) -> _M | None:
    """As ``find``, where a name is given."""
    return None if name is None else find(model, name)


def names_of(kind: type[IntEnum]) -> list[str]:
    """The names of states or healths as arguments: upper-case."""
    return [member.name for member in kind]


def named(kind: type[_E], name: str | None) -> _E | None:
    """The state or health that an argument names, where one is given."""
    return None if name is None else kind[name]


def age(text: str) -> timedelta:
    """An age such as ``12h`` or ``30d``. Raises ArgumentTypeError."""
    found = _AGE.fullmatch(text)
    if found is None:
        raise ArgumentTypeError(f"an age is a number and h or d, such as 12h or 30d, not {text!r}")
    number = int(found[1])
    return timedelta(hours=number) if found[2] == "h" else timedelta(days=number)


def day(text: str) -> datetime:
    """The begin of a day such as ``2026-01-31``, in UTC. Raises ArgumentTypeError."""
    try:
        found = date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"a day is written as 2026-01-31, not {text!r}") from error
    return datetime.combine(found, time.min, timezone.get_current_timezone())


def seconds(text: str) -> float:
    """A time to wait, in seconds. Raises ArgumentTypeError."""
    try:
        found = float(text)
    except ValueError:
        found = -1.0
    if not 0 <= found <= 86_400:
        raise ArgumentTypeError(f"seconds are a number from 0 to 86400, not {text!r}")
    return found
