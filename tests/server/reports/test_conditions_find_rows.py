"""Each field compares as its kind does, on either database."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import User

from pumice.server.jobs.models import Job
from pumice.server.results.models import Case

if TYPE_CHECKING:
    from .conftest import Find


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", [2, 1, 0]),
        ("submitter__alice", [1, 0]),
        ("submitter__ALICE", []),
        ("submitter__iexact__ALICE", [1, 0]),
        ("submitter__ne__alice", [2]),
        ("submitter__icontains__LIC", [1, 0]),
        ("submitter__gt__alice", [2]),
        ("submitter__lt__bob", [1, 0]),
        ("actual_device__qemu-01", [1]),
        ("actual_device__ne__qemu-01", [2, 0]),
        ("requested_device_type__qemu", [2, 1, 0]),
        ("description__icontains__%", [1]),
        ("description__icontains__e_t", [1]),
        ("description__icontains__\\", []),
        ("description__exact__' OR 1=1 --", []),
        ("state__Finished", [2, 1]),
        ("state__finished", []),
        ("state__iexact__finished", [2, 1]),
        ("state__lt__Finished", [0]),
        ("health__Incomplete", [1]),
        ("health__icontains__complete", [2, 1]),
        ("health__ne__Complete", [1, 0]),
        ("health__Broken", []),
        ("health__ne__Broken", []),
        ("priority__High", [1]),
        ("priority__gt__Low", [2, 1, 0]),
        ("priority__7", [2]),
        ("priority__101", []),
        ("health_check__True", [2]),
        ("health_check__yes", [2]),
        ("health_check__False", [1, 0]),
        ("health_check__ne__False", [2]),
        ("start_time__2026-01-02 01:00:00", [1]),
        ("start_time__gt__2026-01-02 01:30", [2]),
        ("start_time__lt__2026-01-02T02:00:00Z", [1]),
        ("start_time__gt__2026-01-02T02:30:00+02:00", [2, 1]),
        ("start_time__ne__2026-01-02 01:00:00", [2, 0]),
        ("end_time__lt__2026-01-03", [2, 1]),
        ("end_time__gt__9999-12-31 23:59", []),
        ("health__Complete,submitter__alice", []),
        ("health__Incomplete,submitter__alice", [1]),
        ("namedtestattribute__Branch__main", [1]),
        ("namedtestattribute__Branch__ne__main", [2]),
        ("namedtestattribute__Branch__iexact__MAIN", [1]),
        ("namedtestattribute__Branch__icontains__EX", [2]),
        ("namedtestattribute__Branch__gt__main", [2]),
        ("namedtestattribute__branch__exact__main", []),
        ("namedtestattribute__7__exact__seven", []),
        ("namedtestattribute__n__exact__None", []),
        ("namedtestattribute__a' OR '1'='1__exact__1", []),
        ('namedtestattribute__a"].x__exact__1', []),
    ],
)
def test_jobs_are_found(find: Find, text: str, found: list[int]) -> None:
    assert find(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("testsuite__name__0_smoke", [2, 1]),
        ("testsuite__name__ne__0_smoke", [2, 1, 0]),
        ("testcase__name__boot", [2, 1]),
        ("testcase__result__Test failed", [1]),
        ("testcase__result__fail", [1]),
        # One case has to fit both.
        ("testcase__name__exact__speed,result__Test failed", []),
        ("testcase__name__exact__boot,result__Test failed", [1]),
        ("testsuite__name__lava,testcase__name__boot", []),
        ("testsuite__name__0_smoke,testcase__measurement__gt__1.5", [2]),
        ("testcase__name__exact__boot,testjob__submitter__alice", [1]),
        ("testcase__logged__lt__2026-01-02", []),
    ],
)
def test_jobs_are_found_by_their_results(find: Find, text: str, found: list[int]) -> None:
    assert find(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", [2, 2, 1, 1, 0]),
        ("name__lava", [2, 1, 0]),
        ("name__icontains__SMOKE", [2, 1]),
        ("testjob__submitter__alice", [1, 1, 0]),
        ("testcase__name__boot", [2, 1]),
        ("testcase__name__exact__boot,testjob__health__Complete", [2]),
        ("namedtestattribute__Branch__exact__next", [2, 2]),
    ],
)
def test_suites_are_found(find: Find, text: str, found: list[int]) -> None:
    assert find(text, "testsuite") == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", [2, 2, 2, 1, 1, 1, 0]),
        ("name__boot", [2, 1]),
        ("measurement__1.5", [1]),
        ("measurement__1.5000000000", [1]),
        ("measurement__iexact__20", [2]),
        ("measurement__gt__3", [2]),
        ("measurement__lt__-3", []),
        ("measurement__lt__9999999999999999999.9999999999", [2, 1]),
        ("units__MB/s", [2, 1]),
        ("result__ne__Test passed", [2, 1, 1, 0]),
        ("result__Unknown outcome", [2, 1, 0]),
        ("testsuite__name__lava", [2, 1, 0]),
        ("testjob__actual_device__qemu-02", [2, 2, 2]),
        ("namedtestattribute__Branch__exact__main", [1, 1, 1]),
    ],
)
def test_cases_are_found(find: Find, text: str, found: list[int]) -> None:
    assert find(text, "testcase") == found


def test_keys_compare_as_numbers(find: Find, jobs: list[Job]) -> None:
    assert find(f"id__gt__{jobs[0].pk}") == [2, 1]
    assert find(f"id__{jobs[0].pk}") == [0]
    case = Case.objects.order_by("id").first()
    assert case is not None
    assert find(f"testcase__id__exact__{case.pk}") == [0]
    assert find("id__lt__-5") == []


def test_the_newest_are_found_up_to_a_limit(find: Find) -> None:
    assert find("", limit=2) == [2, 1]
    assert find("", limit=0) == []
    assert find("", limit=2**40) == [2, 1, 0]


def test_only_what_the_user_may_see_is_found(
    find: Find, jobs: list[Job], alice: User, bob: User
) -> None:
    Job.objects.filter(pk=jobs[1].pk).update(is_public=False)
    for entity, all_of_them, those_of_bob in (
        ("testjob", [2, 1, 0], [2, 0]),
        ("testsuite", [2, 2, 1, 1, 0], [2, 2, 0]),
        ("testcase", [2, 2, 2, 1, 1, 1, 0], [2, 2, 2, 0]),
    ):
        assert find("", entity, alice) == all_of_them
        assert find("", entity, bob) == those_of_bob
    assert find("testcase__result__Test failed", user=bob) == []
