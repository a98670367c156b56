"""The jobs of a MultiNode group at the doors that LAVA's workers use."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import yaml
from django.contrib.auth.models import User
from django.test import Client

from pumice.server.jobs.groups import jobs_of_group
from pumice.server.jobs.models import Job
from pumice.server.jobs.tokens import token_of as job_token
from pumice.server.lab import workers
from pumice.server.lab.models import Worker
from pumice.server.lab.workers import token_of
from pumice.server.lifecycle.cancel import cancel_for
from pumice.server.scheduling.schedule import assign
from pumice.wire.states import JobState

ROOT = "/scheduler/internal/v1/"


@pytest.fixture
def jobs(alice: User, submit: Callable[..., Job], group: str) -> list[Job]:
    """A server, its guest and a client that have their devices."""
    first = submit(alice, group + "secrets: {TOKEN: hunter2}\n")
    assign()
    return list(jobs_of_group(first))


def lists(client: Client, worker: Worker) -> dict[str, list[int]]:
    answer = client.get(
        f"{ROOT}workers/{worker.pk}/?version=2026.07", HTTP_LAVA_TOKEN=token_of(worker)
    )
    return {name: sorted(job["id"] for job in found) for name, found in answer.json().items()}


def payload(client: Client, job: Job) -> dict[str, Any]:
    return client.get(f"{ROOT}jobs/{job.pk}/", HTTP_LAVA_TOKEN=job_token(job)).json()


def report(client: Client, job: Job, **fields: str) -> int:
    url = f"{ROOT}jobs/{job.pk}/"
    return client.post(url, fields, HTTP_LAVA_TOKEN=job_token(job)).status_code


def test_guests_are_listed_for_the_worker_of_their_host(
    client: Client, lab: Worker, jobs: list[Job], alice: User
) -> None:
    other, _ = workers.add("worker-2")
    everyone = sorted(job.pk for job in jobs)
    server, guest, second = (job.pk for job in jobs)
    assert lists(client, lab) == {"cancel": [], "running": [], "start": everyone}
    assert lists(client, other) == {"cancel": [], "running": [], "start": []}
    assert report(client, jobs[0], state="RUNNING") == 200
    assert report(client, jobs[1], state="RUNNING") == 200
    assert lists(client, lab) == {"cancel": [], "running": [server, guest], "start": [second]}
    assert report(client, jobs[1], state="FINISHED", result="pass") == 200
    assert lists(client, lab) == {"cancel": [], "running": [server], "start": [second]}
    cancel_for(alice, jobs[0])
    assert lists(client, lab) == {"cancel": [server, second], "running": [], "start": []}


def test_a_guest_whose_host_has_ended_is_still_listed(
    client: Client, lab: Worker, jobs: list[Job]
) -> None:
    for job in jobs[:2]:
        report(client, job, state="RUNNING")
    report(client, jobs[0], state="FINISHED", result="pass")
    assert lists(client, lab)["running"] == [jobs[1].pk]


def test_a_job_with_a_device_knows_the_roles_of_the_others(client: Client, jobs: list[Job]) -> None:
    given = payload(client, jobs[2])
    definition = yaml.safe_load(given["definition"])
    protocol = definition["protocols"]["lava-multinode"]
    assert protocol["roles"] == {str(jobs[0].pk): "server", str(jobs[2].pk): "client"}
    assert (protocol["role"], protocol["group_size"], protocol["sub_id"]) == ("client", 3, 2)
    assert definition["secrets"] == {"TOKEN": "hunter2"}
    device = yaml.safe_load(given["device"])
    assert device["hostname"] == "qemu-02"
    assert "qemu" in device["actions"]["boot"]["methods"]


def test_a_guest_gets_what_it_may_use_of_its_hosts_device(client: Client, jobs: list[Job]) -> None:
    given = payload(client, jobs[1])
    device = yaml.safe_load(given["device"])
    assert (device["hostname"], device["devicetype"]) == ("qemu-01", "qemu")
    assert device["constants"]["kernel-start-message"] == ""
    assert "commands" not in device
    definition = yaml.safe_load(given["definition"])
    assert definition["protocols"]["lava-multinode"]["role"] == "guest"
    assert "hunter2" in given["definition"]


def test_what_readers_see_of_a_payload_has_no_secrets(client: Client, jobs: list[Job]) -> None:
    payload(client, jobs[1])
    kept = jobs[1].documents.get(name="job.yaml").text
    assert "hunter2" not in kept
    assert "MASKED" in kept


def test_a_job_of_a_group_ends_as_others_do(client: Client, lab: Worker, jobs: list[Job]) -> None:
    for job in jobs:
        report(client, job, state="RUNNING")
        report(client, job, state="FINISHED", result="pass")
    assert {job.state for job in jobs_of_group(jobs[0])} == {JobState.FINISHED}
    assert lists(client, lab) == {"cancel": [], "running": [], "start": []}
