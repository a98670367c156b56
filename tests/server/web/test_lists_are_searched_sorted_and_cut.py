"""Parameters of a list: search, fields, sort, length, page."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from pumice.server.jobs.models import Job
from pumice.server.lab.models import Device, Tag, Worker
from pumice.wire.states import DeviceHealth, JobHealth, JobState, WorkerHealth


@pytest.fixture
def jobs(alice: User, bob: User, submit: Callable[..., Job], smoke: str) -> list[Job]:
    """Five jobs: names job-0 to job-4; the odd ones are bob's; the first has finished."""
    made = [
        submit(bob if n % 2 else alice, smoke.replace("job_name: smoke", f"job_name: Job-{n}"))
        for n in range(5)
    ]
    Job.objects.filter(pk=made[0].pk).update(
        state=JobState.FINISHED,
        health=JobHealth.COMPLETE,
        actual_device="qemu-01",
        submit_time=timezone.now() - timedelta(hours=5),
        end_time=timezone.now() - timedelta(hours=3),
    )
    return made


@pytest.fixture
def listed(client: Client, jobs: list[Job]) -> Callable[..., list[str]]:
    """The names of the jobs that a list shows, in its order."""

    def act(path: str = "/scheduler/alljobs", **query: str) -> list[str]:
        page = client.get(path, query)
        assert page.status_code == 200
        return re.findall(r'class="wide">(Job-\d)<', page.content.decode())

    return act


def test_the_newest_come_first(listed: Callable[..., list[str]]) -> None:
    assert listed() == ["Job-4", "Job-3", "Job-2", "Job-1", "Job-0"]


def test_of_the_queue_the_oldest_come_first(listed: Callable[..., list[str]]) -> None:
    assert listed("/scheduler/queue") == ["Job-1", "Job-2", "Job-3", "Job-4"]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"search": "job-3"}, ["Job-3"]),
        ({"search": "BOB"}, ["Job-3", "Job-1"]),
        ({"search": "qemu-01"}, ["Job-0"]),
        ({"search": "complete"}, ["Job-0"]),
        ({"search": "nothing has this"}, []),
        ({"search": "%"}, []),
        ({"submitter": "ali", "state": "submitted"}, ["Job-4", "Job-2"]),
        ({"description": "job-2", "submitter": "bob"}, []),
        ({"state": "no such state"}, []),
        ({"submit_time": "4"}, ["Job-4", "Job-3", "Job-2", "Job-1"]),
        ({"end_time": "4"}, ["Job-0"]),
        ({"end_time": "2"}, []),
        ({"submit_time": "x"}, ["Job-4", "Job-3", "Job-2", "Job-1", "Job-0"]),
        ({"sort": "id"}, ["Job-0", "Job-1", "Job-2", "Job-3", "Job-4"]),
        ({"sort": "-submitter"}, ["Job-3", "Job-1", "Job-4", "Job-2", "Job-0"]),
        ({"sort": "definition"}, ["Job-4", "Job-3", "Job-2", "Job-1", "Job-0"]),
        ({"length": "2"}, ["Job-4", "Job-3"]),
        ({"length": "2", "page": "2"}, ["Job-2", "Job-1"]),
        ({"length": "2", "page": "3"}, ["Job-0"]),
        ({"length": "2", "page": "4"}, []),
        ({"length": "-1", "page": "zero"}, ["Job-4", "Job-3", "Job-2", "Job-1", "Job-0"]),
        ({"length": "0", "page": "9" * 40}, ["Job-4", "Job-3", "Job-2", "Job-1", "Job-0"]),
    ],
)
def test_parameters(
    listed: Callable[..., list[str]], query: dict[str, str], names: list[str]
) -> None:
    assert listed(**query) == names


def test_a_number_finds_the_job_of_this_number(
    listed: Callable[..., list[str]], jobs: list[Job]
) -> None:
    assert "Job-2" in listed(search=str(jobs[2].pk))
    assert listed(id=str(jobs[2].pk)) == ["Job-2"]
    assert listed(id="9" * 40) == []


def test_links_to_other_pages_keep_search_and_sort(client: Client, jobs: list[Job]) -> None:
    query = {"length": "1", "page": "2", "search": "job-", "sort": "description"}
    page = client.get("/scheduler/alljobs", query).content.decode()
    assert 'rel="prev" href="?length=1&amp;search=job-&amp;sort=description"' in page
    assert 'rel="next" href="?length=1&amp;page=3&amp;search=job-&amp;sort=description"' in page
    assert 'aria-sort="ascending"' in page
    assert '<input type="hidden" name="sort" value="description">' in page


def test_two_tables_of_a_page_are_cut_apart(client: Client, jobs: list[Job]) -> None:
    page = client.get(
        "/scheduler/device_type/qemu", {"jobs_length": "2", "devices_search": "02"}
    ).content.decode()
    assert page.count("<tr data-job=") == 2
    assert page.count("<tr data-device=") == 1


def test_devices_are_searched(client: Client, lab: Worker) -> None:
    Device.objects.filter(pk="qemu-02").update(health=DeviceHealth.BAD)
    Device.objects.get(pk="qemu-01").tags.add(
        Tag.objects.create(name="hdmi"), Tag.objects.create(name="hdmi-in")
    )

    def shown(**query: str) -> list[str]:
        page = client.get("/scheduler/alldevices", query).content.decode()
        return re.findall(r'<tr data-device="([^"]+)"', page)

    assert shown() == ["qemu-01", "qemu-02"]
    assert shown(sort="-hostname") == ["qemu-02", "qemu-01"]
    assert shown(search="bad") == ["qemu-02"]
    assert shown(search="hdmi") == ["qemu-01"]
    assert shown(tags="hdmi", health="good") == ["qemu-01"]
    assert shown(worker_host="elsewhere") == []


def test_retired_workers_are_not_listed(client: Client, lab: Worker) -> None:
    Worker.objects.create(hostname="old", health=WorkerHealth.RETIRED)
    page = client.get("/scheduler/allworkers").content.decode()
    assert re.findall(r'<tr data-worker="([^"]+)"', page) == ["worker-1"]
    assert (
        'data-worker="'
        not in client.get("/scheduler/allworkers", {"worker_search": "offline"}).content.decode()
    )
