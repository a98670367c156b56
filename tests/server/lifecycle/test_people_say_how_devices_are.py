"""A person changes the health of a device or a worker, or deletes one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User

from pumice.server.accounts.errors import CannotChange
from pumice.server.audit.models import Entry
from pumice.server.events.models import Event
from pumice.server.jobs.models import Job
from pumice.server.lab.models import Device, Worker
from pumice.server.lifecycle.health import set_device_health, set_worker_health
from pumice.server.lifecycle.removal import delete_device, delete_worker
from pumice.wire.states import (
    DeviceHealth,
    DeviceState,
    JobHealth,
    JobState,
    WorkerHealth,
)

GOOD, UNKNOWN, BAD, RETIRED = (
    DeviceHealth.GOOD,
    DeviceHealth.UNKNOWN,
    DeviceHealth.BAD,
    DeviceHealth.RETIRED,
)


@pytest.fixture
def running(submit: Callable[..., Job], admin: User) -> Job:
    """A job that runs on ``qemu-01``."""
    job = submit(admin)
    Job.objects.filter(pk=job.pk).update(state=JobState.RUNNING, actual_device="qemu-01")
    Device.objects.filter(pk="qemu-01").update(state=DeviceState.RUNNING)
    return job


def healths() -> list[int]:
    return list(Device.objects.order_by("hostname").values_list("health", flat=True))


def test_a_change_is_told_and_recorded_with_its_reason(lab: Worker, alice: User) -> None:
    assert set_device_health(alice, "qemu-01", BAD, "it smokes")
    assert healths() == [BAD, GOOD]
    event = Event.objects.latest("id")
    assert (event.kind, event.device, event.body["health"]) == ("device", "qemu-01", "Bad")
    entry = Entry.objects.latest("id")
    assert (entry.who, entry.subject, entry.reason) == ("alice", "qemu-01", "it smokes")
    assert entry.changes == {"health": ["Good", "Bad"]}
    assert not set_device_health(alice, "qemu-01", BAD)
    assert not set_device_health(alice, "nothing", BAD)
    assert Event.objects.latest("id") == event


def test_retiring_a_device_cancels_the_job_that_holds_it(running: Job, alice: User) -> None:
    set_device_health(alice, "qemu-01", RETIRED)
    running.refresh_from_db()
    assert running.state == JobState.CANCELING


@pytest.mark.parametrize(
    ("before", "wanted", "devices"),
    [
        (WorkerHealth.ACTIVE, WorkerHealth.ACTIVE, [UNKNOWN, BAD]),
        (WorkerHealth.MAINTENANCE, WorkerHealth.ACTIVE, [UNKNOWN, BAD]),
        (WorkerHealth.RETIRED, WorkerHealth.ACTIVE, [GOOD, BAD]),
        (WorkerHealth.ACTIVE, WorkerHealth.RETIRED, [RETIRED, BAD]),
        (WorkerHealth.ACTIVE, WorkerHealth.MAINTENANCE, [GOOD, BAD]),
    ],
)
def test_the_devices_of_a_worker_follow_it(
    lab: Worker, alice: User, before: WorkerHealth, wanted: WorkerHealth, devices: list[int]
) -> None:
    Worker.objects.update(health=before)
    Device.objects.filter(pk="qemu-02").update(health=BAD)
    set_worker_health(alice, "worker-1", wanted, "a test")
    assert healths() == devices
    lab.refresh_from_db()
    assert lab.health == wanted
    told = set(Event.objects.filter(device="qemu-01").values_list("kind", flat=True))
    assert ("device" in told) == (devices[0] != GOOD)


def test_retiring_a_worker_cancels_its_jobs(running: Job, alice: User) -> None:
    set_worker_health(alice, "worker-1", WorkerHealth.RETIRED)
    running.refresh_from_db()
    assert running.state == JobState.CANCELING
    assert not set_worker_health(alice, "nothing", WorkerHealth.RETIRED)


def test_a_device_that_a_job_holds_is_not_deleted(running: Job, alice: User) -> None:
    with pytest.raises(CannotChange, match="a job holds"):
        delete_device(alice, "qemu-01")
    with pytest.raises(CannotChange, match="qemu-01"):
        delete_worker(alice, "worker-1")
    assert Device.objects.count() == 2


def test_the_jobs_of_a_deleted_device_are_kept(
    submit: Callable[..., Job], alice: User, smoke: str
) -> None:
    ended, waiting, other = submit(alice), submit(alice, smoke + "device: qemu-01\n"), submit(alice)
    Job.objects.filter(pk=ended.pk).update(state=JobState.FINISHED, actual_device="qemu-01")
    assert delete_device(alice, "qemu-01")
    states = {job.pk: job.state for job in Job.objects.all()}
    assert states == {
        ended.pk: JobState.FINISHED,
        waiting.pk: JobState.FINISHED,
        other.pk: JobState.SUBMITTED,
    }
    waiting.refresh_from_db()
    assert waiting.health == JobHealth.CANCELED
    assert not delete_device(alice, "qemu-01")


def test_the_devices_of_a_deleted_worker_are_kept(lab: Worker, alice: User) -> None:
    assert delete_worker(alice, "worker-1")
    assert set(Device.objects.values_list("worker_host", flat=True)) == {None}
    assert not delete_worker(alice, "worker-1")
