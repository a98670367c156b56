"""Entries are kept for as many days as AUDIT_DAYS says, or for ever."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from pumice.server.audit import retention
from pumice.server.audit.models import Entry
from pumice.server.audit.record import record


@pytest.fixture
def aged(db: None) -> None:
    """Entries of today, and of so many days before."""
    for days in (0, 29, 31, 400):
        record(None, "add", "tag", f"{days}")
        Entry.objects.filter(subject=f"{days}").update(when=timezone.now() - timedelta(days=days))


def left() -> list[str]:
    return list(Entry.objects.order_by("-when").values_list("subject", flat=True))


def test_without_a_limit_everything_is_kept(aged: None) -> None:
    assert retention.step() is False
    assert left() == ["0", "29", "31", "400"]
    assert retention.daemons() == []


def test_what_is_older_goes(aged: None, settings: Any) -> None:
    settings.AUDIT_DAYS = 30
    assert retention.step() is False
    assert left() == ["0", "29"]
    (daemon,) = retention.daemons()
    assert daemon.sweep <= 24 * 60 * 60


def test_a_step_deletes_a_bounded_number(aged: None, settings: Any) -> None:
    settings.AUDIT_DAYS = 30
    old = timezone.now() - timedelta(days=60)
    Entry.objects.bulk_create(
        Entry(when=old, who="", via="server", act="add", kind="tag", subject="many")
        for _ in range(1_500)
    )
    assert retention.step() is True
    assert retention.step() is False
    assert left() == ["0", "29"]
