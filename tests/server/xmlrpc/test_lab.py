"""scheduler.devices, device_types and workers: lists, details, and what is not there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.utils import timezone

from pumice.server.jobs.models import Job
from pumice.server.lab.models import Alias, Device, DeviceType, Tag, Worker
from pumice.server.lab.workers import token_of
from pumice.server.lifecycle import reserve
from pumice.wire.states import DeviceHealth, WorkerHealth

if TYPE_CHECKING:
    from .conftest import Rpc


@pytest.fixture
def site_file() -> Iterator[Callable[[str, str], None]]:
    """Writes a file into the lab's folder, and removes it after the test."""
    written: list[Path] = []

    def write(name: str, text: str) -> None:
        path = Path(settings.PUMICE_DIR) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        written.append(path)

    yield write
    for path in written:
        path.unlink()


def test_devices_are_listed_by_name(rpc: Rpc, alice: User, submit: Callable[..., Job]) -> None:
    job = submit(alice)
    reserve.reserve([(job.pk, "qemu-02")])
    first, second = rpc("scheduler.devices.list")
    assert list(first.items()) == [
        ("hostname", "qemu-01"),
        ("type", "qemu"),
        ("health", "Good"),
        ("state", "Idle"),
        ("current_job", None),
        ("pipeline", True),
    ]
    assert (second["state"], second["current_job"]) == ("Reserved", job.pk)


def test_retired_devices_are_listed_on_request(rpc: Rpc, lab: Worker) -> None:
    Device.objects.filter(pk="qemu-01").update(health=DeviceHealth.RETIRED)
    assert [device["hostname"] for device in rpc("scheduler.devices.list")] == ["qemu-02"]
    everything = rpc("scheduler.devices.list", True, True)
    assert [device["health"] for device in everything] == ["Retired", "Good"]


def test_a_device_is_shown_with_every_field(
    rpc: Rpc, lab: Worker, site_file: Callable[[str, str], None]
) -> None:
    site_file("health-checks/qemu.yaml", "job_name: check\n")
    device = Device.objects.get(pk="qemu-01")
    device.tags.set([Tag.objects.create(name="usb"), Tag.objects.create(name="audio")])
    assert list(rpc("scheduler.devices.show", "qemu-01").items()) == [
        ("hostname", "qemu-01"),
        ("device_type", "qemu"),
        ("health", "Good"),
        ("state", "Idle"),
        ("health_job", True),
        ("description", None),
        ("pipeline", True),
        ("has_device_dict", True),
        ("worker", "worker-1"),
        ("current_job", None),
        ("tags", ["audio", "usb"]),
        ("permissions", []),
    ]


def test_a_device_may_lack_worker_dictionary_and_health_check(rpc: Rpc, lab: Worker) -> None:
    Device.objects.create(hostname="bare", device_type_id="qemu", description="on a shelf")
    shown = rpc("scheduler.devices.show", "bare")
    assert (shown["worker"], shown["has_device_dict"], shown["health_job"]) == (None, False, False)
    assert (shown["health"], shown["description"]) == ("Maintenance", "on a shelf")


@pytest.mark.parametrize("name", ["nothing", "../qemu-01", "", 5, None])
def test_what_does_not_exist_is_not_found(rpc: Rpc, lab: Worker, name: object) -> None:
    assert rpc.fault("scheduler.devices.show", name) == (404, f"Device '{name}' was not found.")
    expected = (404, f"Device-type '{name}' was not found.")
    assert rpc.fault("scheduler.device_types.show", name) == expected
    assert rpc.fault("scheduler.workers.show", name) == (404, f"Worker '{name}' was not found.")


def test_device_types_are_listed_with_their_devices(rpc: Rpc, lab: Worker) -> None:
    DeviceType.objects.create(name="abacus")
    Device.objects.filter(pk="qemu-01").update(health=DeviceHealth.RETIRED)
    listed = rpc("scheduler.device_types.list")
    assert [list(entry.items()) for entry in listed] == [
        [("name", "abacus"), ("devices", 0), ("installed", True), ("template", False)],
        [("name", "qemu"), ("devices", 2), ("installed", True), ("template", True)],
    ]


def test_types_that_could_be_installed_are_listed_on_request(
    rpc: Rpc, lab: Worker, site_file: Callable[[str, str], None]
) -> None:
    site_file("device-types/toaster.jinja2", "{% extends 'base.jinja2' %}")
    site_file("device-types/base-toaster.jinja2", "")
    listed = {entry["name"]: entry for entry in rpc("scheduler.device_types.list", True)}
    assert listed["qemu"]["installed"] is True
    assert listed["toaster"] == {
        "name": "toaster",
        "devices": 0,
        "installed": False,
        "template": True,
    }
    assert not [name for name in listed if name.startswith("base")]
    assert listed["beaglebone-black"]["template"] is True
    assert not [name for name in listed if name.endswith(".jinja2")]


def test_a_device_type_is_shown_with_every_field(
    rpc: Rpc, lab: Worker, site_file: Callable[[str, str], None]
) -> None:
    kind = DeviceType.objects.get(pk="qemu")
    for name in ("vm", "emulator"):
        Alias.objects.create(name=name, device_type=kind)
    assert list(rpc("scheduler.device_types.show", "qemu").items()) == [
        ("name", "qemu"),
        ("description", None),
        ("display", True),
        ("health_disabled", False),
        ("health_denominator", "hours"),
        ("health_frequency", 24),
        ("aliases", ["emulator", "vm"]),
        ("devices", ["qemu-01", "qemu-02"]),
        ("default_template", True),
        ("permissions", []),
    ]
    site_file("device-types/qemu.jinja2", "{% extends 'base.jinja2' %}")
    assert rpc("scheduler.device_types.show", "qemu")["default_template"] is False


def test_workers_are_listed_by_name_retired_ones_on_request(rpc: Rpc, lab: Worker) -> None:
    Worker.objects.create(hostname="attic", health=WorkerHealth.RETIRED)
    assert rpc("scheduler.workers.list") == ["worker-1"]
    assert rpc("scheduler.workers.list", True) == ["attic", "worker-1"]


def test_a_worker_is_shown_with_every_field(
    rpc: Rpc, lab: Worker, alice: User, site_file: Callable[[str, str], None]
) -> None:
    Worker.objects.filter(pk="worker-1").update(last_ping=timezone.now(), version="2026.07")
    shown = rpc("scheduler.workers.show", "worker-1", user=alice)
    assert isinstance(shown.pop("last_ping"), datetime)
    assert list(shown.items()) == [
        ("hostname", "worker-1"),
        ("description", None),
        ("state", "Online"),
        ("health", "Active"),
        ("devices", ["qemu-01", "qemu-02"]),
        ("job_limit", 0),
        ("version", "2026.07"),
        ("default_config", True),
        ("default_env", True),
        ("default_env_dut", True),
    ]
    site_file("dispatcher.d/worker-1/dispatcher.yaml", "{}")
    site_file("dispatcher.d/worker-1/env.yaml", "{}")
    site_file("dispatcher.d/worker-1/env-dut.yaml", "{}")
    shown = rpc("scheduler.workers.show", "worker-1")
    assert [shown[f"default_{name}"] for name in ("config", "env", "env_dut")] == [False] * 3


def test_the_token_of_a_worker_is_for_superusers(
    rpc: Rpc, lab: Worker, alice: User, admin: User
) -> None:
    assert rpc("scheduler.workers.show", "worker-1", user=admin)["token"] == token_of(lab)
    assert "token" not in rpc("scheduler.workers.show", "worker-1", user=alice)
    assert "token" not in rpc("scheduler.workers.show", "worker-1")


def test_a_worker_that_never_called_has_no_last_ping(rpc: Rpc, lab: Worker) -> None:
    assert rpc("scheduler.workers.show", "worker-1")["last_ping"] is None
