"""``workers``, ``device-types``, ``aliases``, ``device-tags`` and ``devices``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import Group, User

from pumice.server.lab import configuration, granting, queries, workers
from pumice.server.lab.models import Alias, Device, DeviceType, Tag, Worker
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


def test_a_device_type_is_added_with_an_alias(manage: Manage, refused: Refused) -> None:
    frequency = ("--health-frequency", "10", "--health-denominator", "jobs")
    manage("device-types", "add", "x15", "--alias", "am57", *frequency)
    manage("device-types", "update", "x15", "--alias", "beagle")
    kind = DeviceType.objects.get()
    assert (kind.health_frequency, kind.health_denominator) == (10, 1)
    assert queries.aliases_of(kind) == ["am57", "beagle"]
    assert "health frequency: 10 jobs" in manage("device-types", "details", "x15")
    assert "there is a device type 'x15'" in refused("device-types", "add", "x15")
    assert "there is an alias 'am57'" in refused("device-types", "add", "x16", "--alias", "am57")
    assert not DeviceType.objects.filter(name="x16").exists()
    assert "the health frequency" in refused("device-types", "add", "y", "--health-frequency", "-1")


def test_every_template_becomes_a_device_type(
    lab: Worker, manage: Manage, refused: Refused
) -> None:
    lines = manage("device-types", "add", "*")
    assert "* qemu [SKIP]" in lines
    assert "* juno" in lines
    assert set(configuration.installable_types()) == set(
        DeviceType.objects.values_list("name", flat=True)
    )
    assert "single device type" in refused("device-types", "add", "*", "--alias", "all")


def test_device_types_are_listed(lab: Worker, manage: Manage) -> None:
    DeviceType.objects.create(name="hidden", display=False)
    Alias.objects.create(name="kvm", device_type_id="qemu")
    Device.objects.filter(pk="qemu-02").update(health=DeviceHealth.RETIRED)
    assert manage("device-types", "list") == ["Device types:", "* qemu (1 devices)"]
    lines = manage("device-types", "list", "--all")
    assert "* hidden (0 devices)" in lines
    assert "* juno" in lines
    head, row = manage("device-types", "list", "--csv")
    assert head == "name,devices,display,health_frequency,health_denominator,aliases"
    assert row == "qemu,1,True,24,hours,kvm"
    assert manage("device-types", "details", "qemu", "--devices")[-1] == "* qemu-02 (Idle, Retired)"


def test_device_types_that_nobody_uses_are_pruned(lab: Worker, manage: Manage) -> None:
    DeviceType.objects.create(name="unused")
    assert manage("device-types", "prune", "--dry-run") == ["* unused"]
    assert DeviceType.objects.count() == 2
    assert manage("device-types", "prune", "--verbose") == ["* unused", "* qemu [SKIP]"]
    assert DeviceType.objects.get().name == "qemu"


def test_aliases_come_and_go(lab: Worker, manage: Manage, refused: Refused) -> None:
    manage("aliases", "add", "kvm", "qemu")
    assert manage("aliases", "list") == ["Aliases:", "* kvm (qemu)"]
    assert manage("aliases", "show", "kvm") == ["name       : kvm", "device type: qemu"]
    assert "there is an alias 'kvm'" in refused("aliases", "add", "kvm", "qemu")
    assert "no device type 'x15'" in refused("aliases", "add", "am57", "x15")
    manage("aliases", "remove", "kvm")
    assert "no alias 'kvm'" in refused("aliases", "remove", "kvm")


def test_tags_come_and_go(lab: Worker, manage: Manage, refused: Refused) -> None:
    manage("device-tags", "create", "big", "has much memory")
    manage("device-tags", "add", "qemu-01", "--tags", "big", "fast")
    assert manage("device-tags", "show", "qemu-01") == ["Tags of qemu-01:", "* big", "* fast"]
    assert manage("device-tags", "list") == [
        "Tags:",
        "* big (1 devices) has much memory",
        "* fast (1 devices)",
    ]
    assert "no tag 'slow'" in refused("device-tags", "remove", "qemu-01", "--tags", "big", "slow")
    manage("device-tags", "remove", "qemu-01", "--tags", "big")
    assert manage("device-tags", "show", "qemu-01") == ["Tags of qemu-01:", "* fast"]
    assert "there is a tag 'big'" in refused("device-tags", "create", "big", "again")
    assert "no device 'qemu-09'" in refused("device-tags", "add", "qemu-09", "--tags", "big")


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
