"""Readers that follow ``seq`` miss nothing, also when a slow transaction commits late."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, connections, transaction

from pumice.server.events import queries
from pumice.server.events.models import Event
from pumice.server.events.outbox import Notice, emit
from pumice.server.events.stamping import stamp

pytestmark = pytest.mark.django_db(transaction=True)


def notice(name: str) -> Notice:
    return Notice(kind="worker", body={"hostname": name}, worker=name)


def read(after: int) -> list[tuple[int, str]]:
    return [(event.seq, event.body["hostname"]) for event in queries.after(after)]


def test_seqs_have_no_gap_and_stamping_twice_changes_nothing() -> None:
    emit([notice("a"), notice("b")])
    stamp()
    emit([notice("c")])
    stamp()
    assert not stamp()
    assert read(0) == [(1, "a"), (2, "b"), (3, "c")]
    assert read(2) == [(3, "c")]
    assert queries.last_seq() == 3


def test_an_event_that_is_rolled_back_leaves_no_gap() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        emit([notice("never")])
        raise RuntimeError
    emit([notice("a")])
    stamp()
    assert read(0) == [(1, "a")]


def test_a_slow_transaction_that_commits_later_is_read_later_and_not_skipped() -> None:
    # SQLite has one writer at a time: the slow one simply comes first, nothing can overtake it.
    order = ["slow", "fast"] if connection.vendor == "sqlite" else ["fast", "slow"]
    written, go_on = threading.Event(), threading.Event()

    def slowly() -> None:
        try:
            with transaction.atomic():
                emit([notice("slow")])
                written.set()
                go_on.wait(10)
        finally:
            connections.close_all()

    thread = threading.Thread(target=slowly)
    thread.start()
    assert written.wait(10)
    if order[0] == "slow":
        go_on.set()
        thread.join()
    emit([notice("fast")])
    stamp()
    cursor = queries.last_seq()
    seen = [name for _, name in read(0)]
    go_on.set()
    thread.join()
    stamp()
    seen += [name for _, name in read(cursor)]
    assert seen == order
    assert Event.objects.filter(seq__isnull=True).count() == 0
