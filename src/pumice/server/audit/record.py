"""Write an entry with the change that it tells of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.utils import timezone

from pumice.server.audit import origin
from pumice.server.audit.models import Entry
from pumice.server.database.texts import storable

Changes = Mapping[str, tuple[Any, Any]]
"""What was changed, with its old and its new value: texts, numbers, lists of them, or None."""

_MAX_TEXT = 100_000


def record(
    who: User | AnonymousUser | None,
    act: str,
    kind: str,
    subject: object,
    changes: Changes | None = None,
    *,
    reason: str = "",
) -> None:
    """Note that a person did something to a thing, in the current transaction.

    ``act`` is a verb (``add``, ``change``, ``delete``, ``cancel``, ``grant`` …), ``kind`` what
    people call such a thing (``device``, ``device type``, ``user`` …), ``subject`` its name. None
    for `who` is the command line. Values that are longer than 100,000 characters are cut.
    """
    door = origin.current()
    Entry.objects.create(
        when=timezone.now(),
        who=who.get_username() if who is not None else "",
        via=door.via,
        address=door.address,
        act=act,
        kind=kind,
        subject=storable(str(subject))[:300],
        changes={name: [_value(old), _value(new)] for name, (old, new) in (changes or {}).items()},
        reason=storable(reason),
    )


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> Changes:
    """Of the values after a change, those that differ from before."""
    return {
        name: (before.get(name), value)
        for name, value in after.items()
        if before.get(name) != value
    }


def _value(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, list | tuple):
        return [_value(item) for item in value]
    return storable(str(value))[:_MAX_TEXT]
