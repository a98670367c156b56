"""``devices``: added, copied, changed, listed and switched."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import Group, User

from pumice.server.lab import configuration, granting, queries, workers
from pumice.server.lab.models import Device, Tag, Worker
from pumice.wire.states import DeviceHealth

Manage = Callable[..., list[str]]
Refused = Callable[..., str]


def add(*more: str) -> tuple[str, ...]:
    return ("devices", "add", "b1", "--device-type", "qemu", "--worker", "worker-1", *more)


def test_a_device_is_added_ready_for_jobs(lab: Worker, manage: Manage) -> None:
    manage(*add("--tags", "a", "b"))
    device = Device.objects.get(pk="b1")
    assert (device.health, device.worker_host) == (DeviceHealth.GOOD, lab)
    assert queries.tags_of(device) == ["a", "b"]


def test_a_device_is_added_with_all_that_can_be_said(
    lab: Worker, alice: User, manage: Manage
) -> None:
    Group.objects.create(name="lab")
    manage(*add("--offline", "--description", "mine", "--physical-user", "alice", "--group", "lab"))
    device = Device.objects.get(pk="b1")
    assert device.health == DeviceHealth.MAINTENANCE
    assert (device.description, device.physical_owner) == ("mine", alice)
    assert granting.listed(device) == [("change_device", "lab")]


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (add("--owner", "nobody"), "no user 'nobody'"),
        (add("--physical-group", "none"), "no group 'none'"),
        (add("--tags", "a/b"), "no slash"),
        (add("--owner", "alice", "--group", "lab"), "not allowed with"),
        (("devices", "add", "b1", "--worker", "worker-1"), "required: --device-type"),
        (("devices", "add", "b1", "--device-type", "x", "--worker", "worker-1"), "no device type"),
        (("devices", "add", "b1", "--device-type", "qemu", "--worker", "x"), "no worker 'x'"),
    ],
)
def test_a_device_is_added_whole_or_not_at_all(
    lab: Worker, refused: Refused, arguments: tuple[str, ...], reason: str
) -> None:
    assert reason in refused(*arguments)
    assert not Device.objects.filter(pk="b1").exists()


def test_an_owner_may_change_the_device(
    lab: Worker, alice: User, bob: User, manage: Manage, refused: Refused
) -> None:
    manage("devices", "update", "qemu-01", "--owner", "alice")
    assert granting.listed(Device.objects.get(pk="qemu-01")) == [("change_device", "alice")]
    assert alice.groups.get().name == "alice"
    alice.groups.add(Group.objects.create(name="bob"))
    assert "others are in the group" in refused("devices", "update", "qemu-02", "--owner", "bob")
    assert granting.listed(Device.objects.get(pk="qemu-02")) == []


def test_a_copy_is_as_its_original(
    lab: Worker, alice: User, manage: Manage, refused: Refused
) -> None:
    Device.objects.filter(pk="qemu-01").update(physical_owner=alice, description="of alice")
    Device.objects.get(pk="qemu-01").tags.add(Tag.objects.create(name="big"))
    workers.add("worker-2")
    manage("devices", "copy", "qemu-01", "qemu-03", "--worker", "worker-2", "--copy-with-tags")
    copied = Device.objects.get(pk="qemu-03")
    assert (copied.worker_host_id, copied.health) == ("worker-2", DeviceHealth.GOOD)
    assert (copied.physical_owner, copied.description) == (alice, "of alice")
    assert queries.tags_of(copied) == ["big"]
    assert configuration.dictionary("qemu-03") == configuration.dictionary("qemu-01")
    manage("devices", "copy", "qemu-01", "qemu-04", "--worker", "worker-2", "--offline")
    assert Device.objects.get(pk="qemu-04").health == DeviceHealth.MAINTENANCE
    assert queries.tags_of(Device.objects.get(pk="qemu-04")) == []
    assert "already" in refused("devices", "copy", "qemu-01", "qemu-02", "--worker", "worker-2")


def test_a_device_is_changed_as_far_as_is_said(
    lab: Worker, manage: Manage, refused: Refused
) -> None:
    workers.add("worker-2")
    manage("devices", "update", "qemu-01", "--health", "BAD", "--description", "broken")
    manage("devices", "update", "qemu-01", "--worker", "worker-2")
    device = Device.objects.get(pk="qemu-01")
    assert (device.health, device.description) == (DeviceHealth.BAD, "broken")
    assert device.worker_host_id == "worker-2"
    assert "no device 'qemu-09'" in refused("devices", "update", "qemu-09", "--health", "BAD")
    assert "no worker" in refused("devices", "update", "qemu-01", "--worker", "nowhere")


def test_devices_are_listed_and_shown(lab: Worker, manage: Manage) -> None:
    Device.objects.filter(pk="qemu-02").update(health=DeviceHealth.RETIRED)
    good = "* qemu-01 (Idle, Good) qemu on worker-1"
    retired = "* qemu-02 (Idle, Retired) qemu on worker-1"
    assert manage("devices", "list") == ["Devices:", good]
    assert manage("devices", "list", "-a") == ["Devices:", good, retired]
    assert manage("devices", "list", "--health", "RETIRED") == ["Devices:", retired]
    assert manage("devices", "list", "--state", "RUNNING") == ["Devices:"]
    assert manage("devices", "list", "--csv") == [
        "hostname,device_type,state,health,worker,tags,description",
        "qemu-01,qemu,Idle,Good,worker-1,,",
    ]
    lines = manage("devices", "details", "qemu-01")
    assert "worker        : worker-1" in lines
    assert "has dictionary: True" in lines


def test_a_device_s_commands_are_run_here(
    lab: Worker, manage: Manage, refused: Refused, tmp_path: Path
) -> None:
    done = tmp_path / "done"
    Path(settings.DEVICES_PATH).joinpath("qemu-01.jinja2").write_text(
        "{% extends 'qemu.jinja2' %}\n"
        f"{{% set power_on_command = 'touch \"{done}\"' %}}\n"
        "{% set power_off_command = 'test 1 = 2' %}\n"
        "{% set hard_reset_command = 'no-such-program --now' %}\n"
    )
    assert manage("devices", "control", "-n", "qemu-01", "on") == [f"touch {done}"]
    assert not done.exists()
    manage("devices", "control", "qemu-01", "on")
    assert done.exists()
    assert refused("devices", "control", "qemu-01", "off") == "test 1 = 2 ended with 1"
    assert "no-such-program cannot be started" in refused("devices", "control", "qemu-01", "reset")
    assert "has no command connect" in refused("devices", "control", "qemu-01", "connect")
    assert "invalid choice" in refused("devices", "control", "qemu-01", "explode")
