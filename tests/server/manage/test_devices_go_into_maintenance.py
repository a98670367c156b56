"""``maintenance``: no device starts a job any more."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User

from pumice.server.audit.models import Entry
from pumice.server.jobs.models import Job
from pumice.server.lab.models import Device, Worker
from pumice.server.lifecycle.reserve import reserve
from pumice.server.lifecycle.start import start
from pumice.wire.states import DeviceHealth, JobState

Manage = Callable[..., list[str]]
Refused = Callable[..., str]


@pytest.fixture
def running(admin: User, submit: Callable[..., Job]) -> Job:
    job = submit(admin)
    reserve([(job.pk, "qemu-01")])
    start(job.pk)
    return job


def test_devices_go_into_maintenance_and_their_jobs_on(
    running: Job, lab: Worker, manage: Manage
) -> None:
    Device.objects.filter(pk="qemu-02").update(health=DeviceHealth.RETIRED)
    runs = f"qemu-01 runs the job {running.pk}"
    assert manage("maintenance", "--dry-run") == ["* qemu-01", runs]
    assert Device.objects.get(pk="qemu-01").health == DeviceHealth.GOOD
    assert manage("maintenance") == ["* qemu-01", runs]
    healths = dict(Device.objects.values_list("hostname", "health"))
    assert healths == {"qemu-01": DeviceHealth.MAINTENANCE, "qemu-02": DeviceHealth.RETIRED}
    running.refresh_from_db()
    assert running.state == JobState.RUNNING
    assert manage("maintenance") == [runs]


def test_jobs_are_canceled_by_force(
    admin: User, running: Job, manage: Manage, refused: Refused
) -> None:
    assert "no user 'nobody'" in refused("maintenance", "--force", "--user", "nobody")
    lines = manage("maintenance", "--force", "--user", "admin")
    assert lines[-1] == f"qemu-01 runs the job {running.pk}, canceled"
    running.refresh_from_db()
    assert running.state == JobState.CANCELING
    assert set(Entry.objects.filter(kind="device").values_list("who", flat=True)) == {"admin"}
