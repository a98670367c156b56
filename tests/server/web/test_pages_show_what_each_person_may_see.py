"""Who sees which page: everybody, the owner, others."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from pumice.server.jobs.models import Job

OF_JOB = [
    "/scheduler/job/{}",
    "/scheduler/job/{}/summary",
    "/scheduler/job/{}/definition",
    "/scheduler/job/{}/definition/plain",
    "/scheduler/job/{}/log",
    "/scheduler/job/{}/log_pipeline_incremental",
    "/results/{}",
]
LISTS = [
    "/",
    "/scheduler/",
    "/scheduler/alljobs",
    "/scheduler/activejobs",
    "/scheduler/queue",
    "/scheduler/alldevices",
    "/scheduler/device/qemu-01",
    "/scheduler/device/qemu-01/devicedict",
    "/scheduler/device_types",
    "/scheduler/device_type/qemu",
    "/scheduler/allworkers",
    "/scheduler/worker/worker-1",
    "/accounts/login/",
]


@pytest.mark.parametrize("path", LISTS)
def test_everybody_may_open_the_lists(client: Client, finished: Job, path: str) -> None:
    assert client.get(path).status_code == 200
    assert client.head(path).status_code == 200


@pytest.mark.parametrize("path", OF_JOB)
def test_a_public_job_is_open_to_everybody(client: Client, finished: Job, path: str) -> None:
    assert client.get(path.format(finished.pk)).status_code == 200


@pytest.mark.parametrize("path", [*OF_JOB, "/scheduler/job/{}/cancel"])
def test_a_personal_job_is_open_to_its_owner_and_the_superuser(
    client: Client, personal: Job, alice: User, bob: User, admin: User, path: str
) -> None:
    place = path.format(personal.pk)
    assert client.get(place).status_code == 403
    client.force_login(bob)
    assert client.get(place).status_code == 403
    for user in (alice, admin):
        client.force_login(user)
        assert client.get(place).status_code == 200


@pytest.mark.parametrize("path", [*OF_JOB, "/scheduler/job/{}/cancel"])
def test_an_unknown_job_is_not_found(client: Client, db: None, path: str) -> None:
    for number in ("999999", "9" * 30):
        assert client.get(path.format(number)).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/scheduler/device/no-such",
        "/scheduler/device/no-such/devicedict",
        "/scheduler/device/no-such/devicedict/plain",
        "/scheduler/device_type/no-such",
        "/scheduler/worker/no-such",
        "/results/testcase/999999",
        "/scheduler/job/1/",
        "/no/such/page",
    ],
)
def test_what_is_not_there_is_not_found(client: Client, db: None, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert "Not found" in answer.content.decode()


@pytest.mark.parametrize(
    "path", ["/", "/scheduler/alljobs", "/scheduler/queue", "/scheduler/device_type/qemu"]
)
def test_lists_hold_only_jobs_that_the_reader_may_see(
    client: Client, personal: Job, alice: User, bob: User, path: str
) -> None:
    row = f'data-job="{personal.pk}"'
    client.force_login(bob)
    assert row not in client.get(path).content.decode()
    client.force_login(alice)
    assert row in client.get(path).content.decode()


def test_my_jobs_are_mine_and_ask_strangers_to_sign_in(
    client: Client, finished: Job, alice: User, bob: User
) -> None:
    answer = client.get("/scheduler/myjobs")
    assert (answer.status_code, answer["Location"]) == (
        302,
        "/accounts/login/?next=/scheduler/myjobs",
    )
    client.force_login(bob)
    assert "data-job=" not in client.get("/scheduler/myjobs").content.decode()
    client.force_login(alice)
    assert f'data-job="{finished.pk}"' in client.get("/scheduler/myjobs").content.decode()


def test_the_job_page_says_why_the_job_failed(client: Client, finished: Job) -> None:
    page = client.get(f"/scheduler/job/{finished.pk}").content.decode()
    assert "Job error" in page
    assert "nobody logged in" in page
    assert '<span class="tag" data-field="status" data-value="incomplete">Incomplete</span>' in page


@pytest.mark.parametrize("path", ["/", "/scheduler/alljobs", "/scheduler/jobsubmit"])
def test_pages_that_only_read_refuse_other_methods(client: Client, db: None, path: str) -> None:
    assert client.delete(path).status_code == 405
