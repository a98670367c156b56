"""The pages of a MultiNode group: its jobs have their numbers in it, and lead to each other."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client

from pumice.server.jobs.groups import jobs_of_group
from pumice.server.jobs.models import Job
from pumice.wire.states import JobHealth


@pytest.fixture
def parts(alice: User, submit: Callable[..., Job], group: str) -> list[Job]:
    """The jobs of a group of alice's: a server, its guest and a client."""
    return list(jobs_of_group(submit(alice, group + 'secrets:\n  TOKEN: "hunter2"\n')))


def test_a_job_leads_to_the_others(client: Client, parts: list[Job]) -> None:
    names = [job.sub_id for job in parts]
    assert client.get(f"/results/{names[1]}").status_code == 200
    for place in (names[1], parts[1].pk):
        page = client.get(f"/scheduler/job/{place}").content.decode()
        assert f"<title>Job {names[1]}: meeting" in page
        assert f'with <a href="/scheduler/job/{names[0]}">' in page
        assert f'<a href="/scheduler/job/{names[2]}">{names[2]}</a>' in page


def test_single_jobs_have_no_others(
    client: Client, alice: User, submit: Callable[..., Job]
) -> None:
    assert b"<dt>Group</dt>" not in client.get(f"/scheduler/job/{submit(alice).pk}").content


def test_lists_have_the_numbers_in_the_group(client: Client, parts: list[Job]) -> None:
    for place in ("/scheduler/alljobs", "/scheduler/queue"):
        page = client.get(place).content.decode()
        assert all(f">{job.sub_id}</a>" in page for job in parts)


def test_the_definition_is_the_groups_and_keeps_its_secrets(
    client: Client, parts: list[Job], alice: User, bob: User, group: str
) -> None:
    place = f"/scheduler/job/{parts[2].sub_id}/definition/plain"
    client.force_login(bob)
    shown = client.get(place).content.decode()
    assert shown == group + 'secrets:\n  TOKEN: "[MASKED]"\n'
    client.force_login(alice)
    assert "hunter2" in client.get(place).content.decode()


def test_a_group_is_submitted_by_hand(client: Client, alice: User, group: str, lab: None) -> None:
    client.force_login(alice)
    answer = client.post("/scheduler/jobsubmit", {"definition-input": group})
    first = Job.objects.order_by("pk")[0]
    assert (answer.status_code, answer["Location"]) == (302, f"/scheduler/job/{first.sub_id}")


def test_the_whole_group_is_canceled_by_hand(client: Client, alice: User, parts: list[Job]) -> None:
    client.force_login(alice)
    assert b"jobs of the group" in client.get(f"/scheduler/job/{parts[1].sub_id}/cancel").content
    client.post(f"/scheduler/job/{parts[1].sub_id}/cancel")
    assert {job.health for job in jobs_of_group(parts[0])} == {JobHealth.CANCELED}
