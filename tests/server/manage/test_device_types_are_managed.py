"""``device-types``, ``aliases`` and ``device-tags``."""

from __future__ import annotations

from collections.abc import Callable

from pumice.server.lab import configuration, queries
from pumice.server.lab.models import Alias, Device, DeviceType, Worker
from pumice.wire.states import DeviceHealth

Manage = Callable[..., list[str]]
Refused = Callable[..., str]


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
