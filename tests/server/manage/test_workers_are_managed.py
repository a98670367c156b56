"""``workers``: with tokens, and their devices."""

from __future__ import annotations

from collections.abc import Callable

from pumice.server.lab import workers
from pumice.server.lab.models import Device, Worker
from pumice.wire.states import DeviceHealth, WorkerHealth

Manage = Callable[..., list[str]]
Refused = Callable[..., str]


def test_a_worker_is_added_with_a_token(manage: Manage, refused: Refused) -> None:
    (line,) = manage("workers", "add", "worker-9", "--health", "MAINTENANCE")
    worker = Worker.objects.get()
    assert line == f"Token: {workers.token_of(worker)}"
    assert worker.health == WorkerHealth.MAINTENANCE
    assert "there is a worker 'worker-9' already" in refused("workers", "add", "worker-9")
    assert "no slash" in refused("workers", "add", "../worker")


def test_a_worker_is_changed_with_its_devices(
    lab: Worker, manage: Manage, refused: Refused
) -> None:
    manage("workers", "update", "worker-1", "--health", "RETIRED", "--description", "the old one")
    lab.refresh_from_db()
    assert (lab.health, lab.description) == (WorkerHealth.RETIRED, "the old one")
    assert set(Device.objects.values_list("health", flat=True)) == {DeviceHealth.RETIRED}
    assert "no worker 'worker-2'" in refused("workers", "update", "worker-2")
    assert "invalid choice" in refused("workers", "update", "worker-1", "--health", "Active")


def test_workers_are_listed_and_shown(lab: Worker, manage: Manage) -> None:
    workers.add("worker-2", health=WorkerHealth.RETIRED)
    assert manage("workers", "list") == ["Workers:", "* worker-1 (Online, Active) 2 devices"]
    assert "* worker-2 (Offline, Retired) 0 devices" in manage("workers", "list", "-a")
    assert manage("workers", "list", "--csv") == [
        "hostname,description,master,state,health,version,devices",
        "worker-1,,,Online,Active,,2",
    ]
    lines = manage("workers", "details", "worker-1", "--devices")
    assert f"token      : {workers.token_of(lab)}" in lines
    assert lines[-2:] == ["* qemu-01 (Idle, Good)", "* qemu-02 (Idle, Good)"]
