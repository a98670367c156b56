"""Cached queries keep what they found; one refresh at a time; readers see what they may."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError
from django.db.models import BooleanField, Q
from django.db.models.expressions import RawSQL
from django.utils import timezone

from pumice.server.database import is_postgresql
from pumice.server.jobs.models import Job
from pumice.server.reports import queries, refreshing, saving
from pumice.server.reports.conditions import parse
from pumice.server.reports.errors import (
    AskForLess,
    BeingRefreshed,
    CannotRefresh,
    IsLive,
    NeverRefreshed,
)
from pumice.server.reports.fields import Table
from pumice.server.reports.models import Hit, Query
from pumice.server.reports.saving import wanted_of

if TYPE_CHECKING:
    from .conftest import Save

FINISHED = "state__exact__Finished"


def slow() -> Q:
    """A condition for which a database needs very long."""
    sql = (
        "(SELECT count(*) FROM pg_sleep(600)) > 0"
        if is_postgresql()
        else "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
        " SELECT count(*) FROM n) > 0"
    )
    return Q(RawSQL(sql, (), BooleanField()))


def _slow(*_: object) -> Q:
    return slow()


def keys(user: User, query: Query, limit: int = 200) -> list[int]:
    return [row.pk for row in queries.results(user, query, limit)]


def test_a_live_query_is_asked_anew(save: Save, jobs: list[Job], alice: User) -> None:
    query = save(alice, "finished", FINISHED)
    assert keys(alice, query) == [jobs[2].pk, jobs[1].pk]
    Job.objects.filter(pk=jobs[0].pk).update(state=5)
    assert keys(alice, query) == [jobs[2].pk, jobs[1].pk, jobs[0].pk]
    with pytest.raises(IsLive):
        refreshing.refresh(query)


def test_a_cached_query_stays_as_it_was_refreshed(save: Save, jobs: list[Job], alice: User) -> None:
    query = save(alice, "finished", FINISHED, live=False)
    with pytest.raises(NeverRefreshed):
        keys(alice, query)
    before = timezone.now()
    refreshing.refresh(query)
    assert query.refreshed_on is not None and query.refreshed_on >= before
    assert query.refreshing_since is None
    Job.objects.filter(pk=jobs[0].pk).update(state=5)
    assert keys(alice, query) == [jobs[2].pk, jobs[1].pk]
    assert keys(alice, query, 1) == [jobs[2].pk]
    refreshing.refresh(query)
    assert keys(alice, query) == [jobs[2].pk, jobs[1].pk, jobs[0].pk]
    jobs[2].delete()
    assert keys(alice, query) == [jobs[1].pk, jobs[0].pk]


@pytest.mark.parametrize(("entity", "count"), [("testsuite", 2), ("testcase", 4)])
def test_suites_and_cases_are_kept_too(
    save: Save, jobs: list[Job], alice: User, entity: str, count: int
) -> None:
    query = save(alice, "smoke", "testsuite__name__exact__0_smoke", entity, live=False)
    refreshing.refresh(query)
    assert len(keys(alice, query)) == count


def test_each_reader_sees_what_they_may_see_now(
    save: Save, jobs: list[Job], alice: User, bob: User, admin: User
) -> None:
    Job.objects.filter(pk=jobs[1].pk).update(is_public=False)
    query = save(bob, "finished", FINISHED, live=False)
    refreshing.refresh(query)
    assert keys(bob, query) == [jobs[2].pk]
    assert keys(alice, query) == [jobs[2].pk, jobs[1].pk]
    Job.objects.filter(pk=jobs[2].pk).update(is_public=False)
    assert keys(alice, query) == [jobs[1].pk]
    assert keys(admin, query) == [jobs[2].pk, jobs[1].pk]


def test_the_newest_are_kept(
    save: Save, jobs: list[Job], alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refreshing, "MAX_HITS", 2)
    query = save(alice, "all", live=False)
    refreshing.refresh(query)
    assert keys(alice, query) == [jobs[2].pk, jobs[1].pk]


def test_only_one_refresh_runs_at_a_time(save: Save, jobs: list[Job], alice: User) -> None:
    query = save(alice, "finished", FINISHED, live=False)
    begun = timezone.now()
    Query.objects.update(refreshing_since=begun)
    with pytest.raises(BeingRefreshed):
        refreshing.refresh(query)
    assert Query.objects.get().refreshing_since == begun
    Query.objects.update(refreshing_since=begun - refreshing.ABANDONED_AFTER - timedelta(minutes=1))
    refreshing.refresh(query)
    assert keys(alice, query) == [jobs[2].pk, jobs[1].pk]


def test_a_failed_refresh_leaves_the_old_results(
    save: Save, jobs: list[Job], alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    query = save(alice, "finished", FINISHED, live=False)
    refreshing.refresh(query)

    def fail(*_: Any, **__: Any) -> None:
        raise OperationalError("canceling statement due to statement timeout")

    with monkeypatch.context() as patched:
        patched.setattr(refreshing, "fits", fail)
        with pytest.raises(CannotRefresh):
            refreshing.refresh(query)
    assert keys(alice, query) == [jobs[2].pk, jobs[1].pk]
    refreshing.refresh(query)


def test_a_refresh_that_takes_too_long_is_stopped(
    save: Save, jobs: list[Job], alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    query = save(alice, "finished", FINISHED, live=False)
    with monkeypatch.context() as patched:
        patched.setattr(refreshing, "MAX_SECONDS", 0.05)
        patched.setattr(refreshing, "fits", _slow)
        with pytest.raises(CannotRefresh, match="takes too long"):
            refreshing.refresh(query)
    refreshing.refresh(query)
    assert keys(alice, query) == [jobs[2].pk, jobs[1].pk]


def test_an_answer_that_takes_too_long_is_stopped(
    jobs: list[Job], alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "MAX_SECONDS", 0.05)
    with pytest.raises(AskForLess, match="seconds"):
        queries.read(Job.objects.filter(slow()), lambda job: {"id": job.pk})
    monkeypatch.undo()
    found = queries.found(alice, Table.JOB, (), 2)
    assert queries.read(found, lambda job: {"id": job.pk}) == [
        {"id": jobs[2].pk},
        {"id": jobs[1].pk},
    ]


def test_what_is_changed_during_a_refresh_wins(
    save: Save, jobs: list[Job], alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    query = save(alice, "finished", FINISHED, live=False)
    read: Callable[..., Any] = refreshing.fits
    others = tuple(parse(Table.JOB, "state__exact__Submitted"))

    def change_first(*arguments: Any) -> Any:
        same = Query.objects.get(pk=query.pk)
        saving.change(alice, same, replace(wanted_of(same), conditions=others))
        return read(*arguments)

    with monkeypatch.context() as patched:
        patched.setattr(refreshing, "fits", change_first)
        with pytest.raises(CannotRefresh, match="changed meanwhile"):
            refreshing.refresh(query)
    assert not Hit.objects.exists()
    refreshing.refresh(query)
    assert keys(alice, query) == [jobs[0].pk]


def test_a_change_of_what_is_listed_drops_what_was_kept(
    save: Save, jobs: list[Job], alice: User
) -> None:
    query = save(alice, "finished", FINISHED, live=False)
    refreshing.refresh(query)
    saving.change(alice, query, replace(wanted_of(query), description="new", published=True))
    assert keys(alice, query) == [jobs[2].pk, jobs[1].pk]
    saving.change(alice, query, replace(wanted_of(query), entity=Table.CASE))
    with pytest.raises(NeverRefreshed):
        keys(alice, query)
    assert not Hit.objects.exists()


def test_all_cached_queries_are_refreshed_that_can_be(
    save: Save, jobs: list[Job], alice: User, bob: User
) -> None:
    save(alice, "live")
    busy = save(alice, "busy", live=False)
    Query.objects.filter(pk=busy.pk).update(refreshing_since=timezone.now())
    for owner in (alice, bob):
        save(owner, "finished", FINISHED, live=False)
    refreshed, refused = refreshing.refresh_all()
    assert refreshed == 2
    assert len(refused) == 1 and "busy" in refused[0]
    assert Query.objects.exclude(refreshed_on=None).count() == 2
