"""Count failed attempts to sign in, and say when there were too many.

Attempts count by the address that they come from and by the user whom they name, whether there
is such a user or not, each door by itself: a program with a wrong token closes no page to its
owner. Only failures are written down, and none while there are too many: who guesses on costs one
read of the database. A count begins anew when its time (FAILED_ATTEMPTS_MINUTES) is over.
"""

from __future__ import annotations

import ipaddress
import math
from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.db import transaction
from django.utils import timezone

from pumice.server.accounts.models import FailedAttempts
from pumice.server.audit import origin
from pumice.server.audit.record import record
from pumice.server.database.texts import storable
from pumice.server.secrets import sealing

_PURPOSE = "failed attempts"
_NETWORK = 64
"""Bits of an IPv6 address by which a site is known: the rest is its own to choose."""


_MANY = 100
"""Old counts that one failure clears away; it makes two at most."""


class Door(StrEnum):
    """Where somebody tries to come in."""

    TOKEN = "token"  # noqa: S105
    PASSWORD = "password"  # noqa: S105
    WORKER = "worker"


class _Counter(NamedTuple):
    key: str
    limit: int
    what: str
    subject: str


def wait(door: Door, username: str) -> int:
    """Seconds for which attempts as this user, from the request's address, are refused; 0: none."""
    counters = {counter.key: counter.limit for counter in _counters(door, username)}
    now = timezone.now()
    rows = FailedAttempts.objects.filter(pk__in=counters, since__gt=_begin(now))
    ends = [
        row.since + _period() - now for row in rows.iterator() if row.count >= counters[row.key]
    ]
    return math.ceil(max(ends).total_seconds()) if ends else 0


def failed(door: Door, username: str) -> int:
    """Count a failure, and answer as :func:`wait`. The one that is too many is audited."""
    seconds = wait(door, username)
    if seconds:
        return seconds
    now = timezone.now()
    with transaction.atomic():
        for counter in sorted(_counters(door, username)):
            if _count(counter.key, now) == counter.limit:
                _record(door, counter)
    _forget(now)
    return wait(door, username)


def name_of(username: str) -> str:
    """The name as a record may hold it: people type passwords where names belong."""
    known = User.objects.filter(username=storable(username)).exists()
    return username if known else "an unknown user"


def text(seconds: int) -> str:
    """What to tell those who have to wait."""
    minutes = math.ceil(seconds / 60)
    return f"Too many failed attempts: try again in {minutes} minute{'s' if minutes > 1 else ''}"


def _record(door: Door, counter: _Counter) -> None:
    subject = name_of(counter.subject) if counter.what == "user" else counter.subject
    reason = f"{counter.limit} failed attempts by {door}"
    record(AnonymousUser(), "lock", counter.what, subject, reason=reason)


def _count(key: str, now: datetime) -> int:
    row, is_new = FailedAttempts.objects.select_for_update().get_or_create(
        pk=key, defaults={"count": 1, "since": now}
    )
    if is_new:
        return 1
    if row.since <= _begin(now):
        row.since, row.count = now, 0
    row.count += 1
    row.save(update_fields=["since", "count"])
    return row.count


def _forget(now: datetime) -> None:
    """Delete some old counts, but none that is being counted on: that would be a deadlock."""
    with transaction.atomic():
        old = FailedAttempts.objects.filter(since__lte=_begin(now))
        keys = list(old.select_for_update(skip_locked=True).values_list("pk", flat=True)[:_MANY])
        FailedAttempts.objects.filter(pk__in=keys).delete()


def _counters(door: Door, username: str) -> Iterator[_Counter]:
    per_user: int = settings.FAILED_ATTEMPTS_PER_USER
    per_address: int = settings.FAILED_ATTEMPTS_PER_ADDRESS
    if per_user > 0 and username:
        key = sealing.digest(_PURPOSE, f"{door} user {username.casefold()}")
        yield _Counter(key, per_user, "user", username)
    site = _site(origin.current().address)
    if per_address > 0 and site:
        key = sealing.digest(_PURPOSE, f"{door} address {site}")
        yield _Counter(key, per_address, "address", site)


def _site(address: str) -> str:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is None:
            return str(ipaddress.ip_network((parsed, _NETWORK), strict=False))
        parsed = parsed.ipv4_mapped
    return str(parsed)


def _period() -> timedelta:
    return timedelta(minutes=settings.FAILED_ATTEMPTS_MINUTES)


def _begin(now: datetime) -> datetime:
    return now - _period()
