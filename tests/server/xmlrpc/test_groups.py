"""MultiNode groups as XML-RPC clients see them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import User

from pumice.server.jobs.groups import jobs_of_group
from pumice.server.jobs.models import Job

if TYPE_CHECKING:
    from .conftest import Rpc

Submit = Callable[..., Job]


@pytest.fixture
def parts(alice: User, submit: Submit, group: str) -> list[Job]:
    """The jobs of a group of alice's: a server, its guest and a client."""
    return list(jobs_of_group(submit(alice, group)))


@pytest.mark.parametrize("method", ["scheduler.jobs.submit", "scheduler.submit_job"])
def test_a_group_is_submitted(
    method: str, rpc: Rpc, alice: User, submit: Submit, group: str
) -> None:
    names = rpc(method, group, user=alice)
    number = names[0].partition(".")[0]
    assert names == [f"{number}.0", f"{number}.1", f"{number}.2"]
    assert rpc("scheduler.jobs.show", int(number))["id"] == f"{number}.0"


@pytest.mark.parametrize("method", ["scheduler.jobs.resubmit", "scheduler.resubmit_job"])
def test_any_job_of_a_group_stands_for_all(
    method: str, rpc: Rpc, bob: User, parts: list[Job], group: str
) -> None:
    names = rpc(method, parts[2].sub_id, user=bob)
    assert len(names) == 3
    assert not {job.sub_id for job in parts} & set(names)
    assert rpc("scheduler.jobs.definition", names[1]) == group


def test_a_refusal_is_a_fault(rpc: Rpc, alice: User, submit: Submit, group: str) -> None:
    text = group.replace(
        "client: {device_type: qemu, count: 1", "client: {device_type: qemu, count: 2"
    )
    code, message = rpc.fault("scheduler.jobs.submit", text, user=alice)
    assert code == 400
    assert message.startswith("Device unavailable: Not enough devices")


def test_a_job_of_a_group_is_shown_by_its_number_in_it(rpc: Rpc, parts: list[Job]) -> None:
    server, guest, _ = parts
    shown = rpc("scheduler.jobs.show", server.sub_id)
    assert (shown["id"], shown["device_type"]) == (server.sub_id, "qemu")
    assert rpc("scheduler.jobs.show", str(server.pk))["id"] == server.sub_id
    assert rpc("scheduler.jobs.show", guest.pk)["device_type"] is None
    assert rpc("scheduler.job_state", guest.sub_id) == {
        "job_id": guest.pk,
        "job_state": "Submitted",
        "sub_id": guest.sub_id,
    }


def test_lists_have_the_numbers_in_the_group(rpc: Rpc, parts: list[Job]) -> None:
    names = [job.sub_id for job in reversed(parts)]
    assert [row["id"] for row in rpc("scheduler.jobs.list")] == names
    assert [row["id"] for row in rpc("scheduler.jobs.list", None, None, 0, 9, 0, True)] == names
    queued = rpc("scheduler.jobs.queue")
    assert [(row["id"], row["requested_device_type"]) for row in queued] == [
        (names[0], "qemu"),
        (names[1], None),
        (names[2], "qemu"),
    ]
    assert [row[5] for row in rpc("scheduler.all_jobs")] == names
    assert rpc("scheduler.pending_jobs_by_device_type") == {"qemu": 2}


def test_details_have_the_group(rpc: Rpc, parts: list[Job], group: str) -> None:
    details = rpc("scheduler.job_details", parts[1].sub_id)
    assert details["target_group"] == str(parts[1].target_group)
    assert details["multinode_definition"] == group
    assert details["sub_id"] == parts[1].sub_id
    assert details["absolute_url"] == f"/scheduler/job/{parts[1].sub_id}"


def test_one_is_canceled_with_all(rpc: Rpc, alice: User, parts: list[Job]) -> None:
    assert rpc("scheduler.jobs.cancel", parts[1].sub_id, user=alice) is True
    assert {rpc("scheduler.jobs.show", job.pk)["health"] for job in parts} == {"Canceled"}
