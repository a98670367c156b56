"""Web processes and their threads count together."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone
from pytest_django import Settings

from pumice.server.accounts import attempts
from pumice.server.accounts.attempts import Door
from pumice.server.accounts.models import FailedAttempts
from pumice.server.audit.models import Entry
from pumice.server.audit.origin import came_from

THREADS, EACH = 4, 4


def fail(name: str) -> None:
    try:
        with came_from("xmlrpc", "192.0.2.1"):
            for _ in range(EACH):
                attempts.failed(Door.TOKEN, name)
    finally:
        connections.close_all()


@pytest.mark.django_db(transaction=True)
def test_none_is_lost_and_none_waits_for_ever() -> None:
    long_ago = timezone.now() - timedelta(days=1)
    FailedAttempts.objects.bulk_create(
        FailedAttempts(key=f"old-{n}", count=1, since=long_ago) for n in range(200)
    )
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(fail, ["alice", "bob"] * (THREADS // 2)))
    counts = sorted(FailedAttempts.objects.values_list("count", flat=True))
    assert counts == [THREADS * EACH // 2, THREADS * EACH // 2, THREADS * EACH]


@pytest.mark.django_db(transaction=True)
def test_the_lock_is_recorded_once(settings: Settings) -> None:
    settings.FAILED_ATTEMPTS_PER_ADDRESS = THREADS * EACH // 2
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(fail, ["alice", "bob", "carol", "dave"]))
    assert list(Entry.objects.values_list("act", "subject")) == [("lock", "192.0.2.1")]
