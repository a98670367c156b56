"""The number of database queries of a page does not grow with what it shows."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pumice.server.jobs.models import Job
from pumice.server.lab.models import Device, DeviceType, Tag, Worker
from pumice.server.results.models import Case, Suite
from pumice.wire.states import JobState

RIGHTS = 1
"""What the reader may do is read once a page."""

LIMITS = {
    "/": 7,
    "/scheduler/": 9,
    "/scheduler/alljobs": 4,
    "/scheduler/alljobs?search=smoke&sort=submitter": 4,
    "/scheduler/activejobs": 4,
    "/scheduler/queue": 4,
    "/scheduler/alldevices": 6,
    "/scheduler/device/qemu-01": 7,
    "/scheduler/device_types": 6,
    "/scheduler/device_type/qemu": 12,
    "/scheduler/allworkers": 4,
    "/scheduler/worker/worker-1": 8,
    "/scheduler/job/{job}": 13,
    "/scheduler/job/{job}/summary": 9,
    "/results/{job}": 5,
    "/results/{job}/0_smoke": 6,
}


@pytest.fixture
def fill(alice: User, submit: Callable[..., Job]) -> Callable[[int], Job]:
    """Makes so many more rows of everything; the job that has them."""

    def act(count: int) -> Job:
        jobs = [submit(alice) for _ in range(count)]
        Job.objects.filter(pk__in=[job.pk for job in jobs[::2]]).update(
            state=JobState.RUNNING, actual_device="qemu-01", start_time=timezone.now()
        )
        suite, _ = Suite.objects.get_or_create(job=jobs[0], name="0_smoke")
        for n in range(count):
            tag = Tag.objects.create(name=f"tag-{count}-{n}")
            Device.objects.get(pk="qemu-01").tags.add(tag)
            jobs[0].tags.add(tag)
            kind = DeviceType.objects.create(name=f"type-{count}-{n}")
            Worker.objects.create(hostname=f"host-{count}-{n}")
            Device.objects.create(
                hostname=f"board-{count}-{n}", device_type=kind, worker_host_id="worker-1"
            )
            Suite.objects.create(job=jobs[0], name=f"suite-{count}-{n}")
            Case.objects.create(suite=suite, name=f"case-{n}", result=1, logged=timezone.now())
        return jobs[0]

    return act


@pytest.mark.parametrize("path", LIMITS)
def test_queries_stay_the_same_and_few(
    client: Client, alice: User, fill: Callable[[int], Job], path: str
) -> None:
    client.force_login(alice)
    counts: list[int] = []
    for rows in (2, 15):
        job = fill(rows)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path.format(job=job.pk)).status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1]
    assert counts[1] <= LIMITS[path] + RIGHTS, [query["sql"] for query in captured]


def test_no_list_counts_a_whole_table(client: Client, fill: Callable[[int], Job]) -> None:
    fill(3)
    for path in ("/scheduler/alljobs", "/scheduler/alljobs?page=2&length=1", "/scheduler/queue"):
        with CaptureQueriesContext(connection) as captured:
            client.get(path)
        statements = [query["sql"] for query in captured if "jobs_job" in query["sql"]]
        assert statements
        assert not any("COUNT(" in sql for sql in statements)
        assert all("definition" not in sql for sql in statements)
