"""What ends one job of a MultiNode group, and what it means for the others."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from pumice.formats import yaml
from pumice.server.audit.models import Entry
from pumice.server.events.models import Event
from pumice.server.jobs.groups import jobs_of_group
from pumice.server.jobs.models import Job
from pumice.server.lab.models import Device, Worker
from pumice.server.lifecycle.cancel import cancel, cancel_for
from pumice.server.lifecycle.finish import finish
from pumice.server.lifecycle.presence import end_jobs_of_lost_workers
from pumice.server.lifecycle.removal import delete_device
from pumice.server.lifecycle.start import start
from pumice.server.scheduling.schedule import assign
from pumice.wire.states import DeviceState, JobHealth, JobState, WorkerState

S, H = JobState, JobHealth
Submit = Callable[..., Job]


def ends(jobs: list[Job]) -> list[tuple[JobState, JobHealth]]:
    for job in jobs:
        job.refresh_from_db()
    return [(JobState(job.state), JobHealth(job.health)) for job in jobs]


@pytest.fixture
def waiting(alice: User, submit: Submit, group: str) -> list[Job]:
    """A server, its guest, and a client, that wait."""
    return list(jobs_of_group(submit(alice, group)))


@pytest.fixture
def running(waiting: list[Job]) -> list[Job]:
    """The same, running."""
    assign()
    assert [start(job.pk) for job in waiting] == [True] * 3
    return waiting


def test_a_guest_starts_and_ends_without_a_device(running: list[Job]) -> None:
    _, guest, _ = running
    assert finish(guest.pk, passed=True)
    assert ends(running) == [
        (S.RUNNING, H.UNKNOWN), (S.FINISHED, H.COMPLETE), (S.RUNNING, H.UNKNOWN)
    ]  # fmt: skip
    assert set(Device.objects.values_list("state", flat=True)) == {DeviceState.RUNNING}


def test_each_frees_its_own_device(running: list[Job]) -> None:
    server, _, client = running
    finish(client.pk, passed=True)
    client.refresh_from_db()
    idle = Device.objects.filter(state=DeviceState.IDLE)
    assert [device.pk for device in idle] == [client.actual_device_id]
    finish(server.pk, passed=True)
    assert idle.all().count() == 2


def test_a_person_cancels_all(alice: User, waiting: list[Job]) -> None:
    assert cancel_for(alice, waiting[1], "enough")
    assert ends(waiting) == [(S.FINISHED, H.CANCELED)] * 3
    assert Entry.objects.filter(act="cancel", reason="enough").count() == 3
    assert not cancel_for(alice, waiting[1])


def test_those_that_run_are_ended_by_their_worker(alice: User, running: list[Job]) -> None:
    Event.objects.all().delete()
    assert cancel_for(alice, running[0])
    assert ends(running) == [(S.CANCELING, H.UNKNOWN)] * 3
    assert list(Event.objects.values_list("worker", flat=True)) == ["worker-1"] * 3
    for job in running:
        finish(job.pk, passed=False)
    assert ends(running) == [(S.FINISHED, H.CANCELED)] * 3
    assert Device.objects.filter(state=DeviceState.IDLE).count() == 2


def test_an_essential_job_that_fails_ends_the_others(running: list[Job]) -> None:
    server, guest, client = running
    finish(server.pk, passed=False, error_type="Job")
    assert ends(running) == [
        (S.FINISHED, H.INCOMPLETE), (S.CANCELING, H.UNKNOWN), (S.CANCELING, H.UNKNOWN)
    ]  # fmt: skip
    finish(client.pk, passed=True)
    finish(guest.pk, passed=True)
    assert ends([guest, client]) == [(S.FINISHED, H.CANCELED)] * 2


def test_an_essential_job_that_is_canceled_ends_the_others(running: list[Job]) -> None:
    server, *others = running
    cancel(server.pk)
    assert ends(others) == [(S.RUNNING, H.UNKNOWN)] * 2
    finish(server.pk, passed=False)
    assert ends(others) == [(S.CANCELING, H.UNKNOWN)] * 2


@pytest.mark.parametrize(("place", "passed"), [(0, True), (2, False), (1, False)])
def test_other_ends_leave_the_others_alone(place: int, passed: bool, running: list[Job]) -> None:
    ended = running.pop(place)
    finish(ended.pk, passed=passed)
    assert ends(running) == [(S.RUNNING, H.UNKNOWN)] * 2


def test_two_essential_jobs_may_fail(alice: User, submit: Submit, group: str) -> None:
    text = group.replace("client: {", "client: {essential: true, ")
    jobs = list(jobs_of_group(submit(alice, text)))
    assign()
    for job in jobs:
        start(job.pk)
    assert [finish(job.pk, passed=False) for job in jobs] == [True] * 3
    assert ends(jobs) == [
        (S.FINISHED, H.INCOMPLETE), (S.FINISHED, H.CANCELED), (S.FINISHED, H.CANCELED)
    ]  # fmt: skip


def test_secrets_that_look_like_keys_do_not_keep_a_job_from_ending(
    alice: User, submit: Submit, group: str
) -> None:
    text = group + "secrets: {A: lava-multinode, B: essential, C: protocols}\n"
    jobs = list(jobs_of_group(submit(alice, text)))
    assign()
    assert finish(jobs[0].pk, passed=False)
    assert ends(jobs)[2] == (S.CANCELING, H.UNKNOWN)


def test_a_device_that_is_deleted_takes_the_groups_that_wait_for_it_along(
    alice: User, submit: Submit, group: str
) -> None:
    data = yaml.load(group).data
    data["protocols"]["lava-multinode"]["roles"]["client"]["device"] = "qemu-02"
    jobs = list(jobs_of_group(submit(alice, yaml.dump(data))))
    assert delete_device(alice, "qemu-02")
    assert ends(jobs) == [(S.FINISHED, H.CANCELED)] * 3


def test_guests_end_when_their_hosts_worker_stays_away(running: list[Job]) -> None:
    Worker.objects.update(state=WorkerState.OFFLINE, last_ping=timezone.now() - timedelta(hours=2))
    end_jobs_of_lost_workers()
    assert {state for state, _ in ends(running)} == {S.FINISHED}
