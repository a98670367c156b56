"""The number of database queries of a call does not grow with what the tables hold."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pumice.server.jobs.models import Job
from pumice.server.lab.models import Alias, Device, Tag, Worker
from pumice.server.reports.models import Query
from pumice.server.reports.refreshing import refresh
from pumice.server.results.models import Case, Suite

if TYPE_CHECKING:
    from .conftest import Rpc

FEW, MANY = 1, 30
RIGHTS = 1
"""What the caller may do is read once a request."""

LIMITS = {
    "scheduler.jobs.list": 2,
    "scheduler.jobs.queue": 2,
    "scheduler.jobs.show": 4,
    "scheduler.jobs.definition": 3,
    "scheduler.devices.list": 3,
    "scheduler.devices.show": 5,
    "scheduler.device_types.list": 2,
    "scheduler.device_types.show": 5,
    "scheduler.workers.list": 2,
    "scheduler.workers.show": 3,
    "results.get_testjob_results_yaml": 4,
    "results.get_testjob_results_csv": 4,
    "results.get_testjob_suites_list_yaml": 4,
    "results.get_testjob_metadata": 3,
    "results.get_testsuite_results_csv": 5,
    "results.get_testsuite_results_count": 5,
    "results.get_testcase_results_csv": 6,
    "results.make_custom_query": 6,
    "results.run_query": 8,
    "results.refresh_query": 20,
    "system.listMethods": 1,
}


@pytest.fixture
def fill(alice: User, submit: Callable[..., Job]) -> Callable[[int], dict[str, tuple[Any, ...]]]:
    """Makes so many rows of everything; the arguments of each call."""

    def act(count: int) -> dict[str, tuple[Any, ...]]:
        jobs = [submit(alice) for _ in range(count)]
        suite = Suite.objects.create(job=jobs[0], name="0_smoke")
        for n in range(count):
            group = Group.objects.create(name=f"group-{count}-{n}")
            alice.groups.add(group)
            jobs[0].viewing_groups.add(group)
            jobs[0].tags.add(Tag.objects.create(name=f"tag-{count}-{n}"))
            Suite.objects.create(job=jobs[0], name=f"suite-{n}")
            Case.objects.create(suite=suite, name=f"case-{n}", result=0, logged=timezone.now())
            Device.objects.create(hostname=f"board-{count}-{n}", device_type_id="qemu")
            Alias.objects.create(name=f"alias-{count}-{n}", device_type_id="qemu")
            Worker.objects.create(hostname=f"host-{count}-{n}")
        Device.objects.update(worker_host="worker-1")
        Device.objects.get(pk="qemu-01").tags.set(Tag.objects.all())
        query, _ = Query.objects.get_or_create(
            owner=alice, name="all cases", entity="testcase", live=False
        )
        refresh(query)
        job = (jobs[0].pk,)
        return {
            **dict.fromkeys(LIMITS, ()),
            "scheduler.jobs.show": job,
            "scheduler.jobs.definition": job,
            "scheduler.jobs.list": (None, None, 0, 100, 0, True),
            "scheduler.devices.show": ("qemu-01",),
            "scheduler.device_types.show": ("qemu",),
            "scheduler.workers.show": ("worker-1",),
            "results.get_testjob_results_yaml": job,
            "results.get_testjob_results_csv": job,
            "results.get_testjob_suites_list_yaml": job,
            "results.get_testjob_metadata": job,
            "results.get_testsuite_results_csv": (*job, "0_smoke"),
            "results.get_testsuite_results_count": (*job, "0_smoke"),
            "results.get_testcase_results_csv": (*job, "0_smoke", "case-0"),
            "results.make_custom_query": ("testcase", "testjob__submitter__exact__alice"),
            "results.run_query": ("all cases",),
            "results.refresh_query": ("all cases",),
        }

    return act


@pytest.mark.parametrize("name", LIMITS)
def test_queries_do_not_grow_with_rows(
    rpc: Rpc, bob: User, alice: User, fill: Callable[[int], dict[str, tuple[Any, ...]]], name: str
) -> None:
    rpc("system.whoami", user=alice)  # from here on the token's use needs no note
    for rows in (FEW, MANY):
        arguments = fill(rows)[name]
        with CaptureQueriesContext(
            connection,
        ) as captured:
            rpc(name, *arguments, user=alice)
        queries = [query["sql"] for query in captured.captured_queries]
        assert len(queries) <= LIMITS[name] + RIGHTS, "\n".join(queries)
