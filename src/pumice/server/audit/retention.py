"""Entries that are older than the site keeps them are deleted, once a day."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from pumice.server.audit.models import Entry
from pumice.server.daemon import Daemon

_DAY = 24 * 60 * 60.0
_AT_ONCE = 1_000


def step() -> bool:
    """Delete some of the entries older than AUDIT_DAYS; whether there are more."""
    if settings.AUDIT_DAYS <= 0:
        return False
    limit = timezone.now() - timedelta(days=settings.AUDIT_DAYS)
    old = Entry.objects.filter(when__lt=limit).order_by("when")
    numbers = list(old.values_list("pk", flat=True)[:_AT_ONCE])
    Entry.objects.filter(pk__in=numbers).delete()
    return len(numbers) == _AT_ONCE


def daemons() -> list[Daemon]:
    """The loop; none where entries are kept for ever."""
    if settings.AUDIT_DAYS <= 0:
        return []
    return [Daemon("audit", frozenset(), step, sweep=_DAY)]
