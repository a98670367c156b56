"""``sync``: devices are made, changed and retired as ``sync_to_lava`` says."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import Group, User

from pumice.server.events.models import Event
from pumice.server.lab import granting, queries
from pumice.server.lab.models import Alias, Device, DeviceType, Worker
from pumice.wire.states import DeviceHealth

Manage = Callable[..., list[str]]
Write = Callable[..., None]


@pytest.fixture
def write(db: None) -> Iterator[Write]:
    """Writes a dictionary that wants these things, or has this text."""
    folder = Path(settings.DEVICES_PATH)
    folder.mkdir(parents=True, exist_ok=True)

    def act(hostname: str, text: str = "", **wanted: object) -> None:
        folder.joinpath(f"{hostname}.jinja2").write_text(
            text or f"{{% set sync_to_lava = {wanted!r} %}}"
        )

    yield act
    shutil.rmtree(folder, ignore_errors=True)  # the lab may have removed it


def test_a_device_is_made_with_all_that_it_needs(alice: User, manage: Manage, write: Write) -> None:
    lab = Group.objects.create(name="lab")
    write(
        "b1",
        device_type="x15",
        worker="worker-1",
        tags=["a", "b"],
        aliases=["am57"],
        physical_owner="alice",
        group_device_permissions=[["submit_to_device", "lab"], ["view_device", "none"]],
    )
    assert manage("sync") == ["* b1 [CREATE] there is no group none"]
    device = Device.objects.get()
    assert (device.device_type_id, device.worker_host_id) == ("x15", "worker-1")
    assert (device.health, device.is_synced) == (DeviceHealth.UNKNOWN, True)
    assert device.description == "Created automatically by LAVA."
    assert (device.physical_owner, device.physical_group) == (alice, None)
    assert queries.tags_of(device) == ["a", "b"]
    assert Alias.objects.get().device_type_id == "x15"
    assert granting.listed(device) == [("submit_to_device", lab.name)]


def test_a_second_time_changes_what_differs_alone(
    alice: User, manage: Manage, write: Write
) -> None:
    for name in ("lab", "others"):
        Group.objects.create(name=name)
    write(
        "b1",
        device_type="x15",
        worker="worker-1",
        tags=["a", "b"],
        physical_owner="alice",
        group_device_permissions=[["view_device", "lab"]],
    )
    manage("sync")
    Device.objects.update(health=DeviceHealth.GOOD, description="mine")
    write(
        "b1",
        device_type="x16",
        tags=["b", "c"],
        physical_group="others",
        group_device_permissions=[["change_device", "others"]],
    )
    assert manage("sync") == ["* b1 [UPDATE]", "* x15 [HIDE]"]
    device = Device.objects.get()
    assert (device.device_type_id, device.worker_host) == ("x16", None)
    assert (device.health, device.description) == (DeviceHealth.GOOD, "mine")
    assert device.physical_owner is None
    assert device.physical_group == Group.objects.get(name="others")
    assert queries.tags_of(device) == ["b", "c"]
    assert granting.listed(device) == [("change_device", "others")]
    write("b1", device_type="x16", physical_owner="nobody")
    manage("sync")
    device.refresh_from_db()
    assert (device.physical_owner, device.physical_group) == (None, None)


def test_a_device_whose_dictionary_is_gone_is_retired(manage: Manage, write: Write) -> None:
    for hostname, kind in (("b1", "x15"), ("b2", "x16")):
        write(hostname, device_type=kind)
    manage("sync")
    Path(settings.DEVICES_PATH).joinpath("b1.jinja2").unlink()
    assert manage("sync") == ["* b2 [UPDATE]", "* b1 [RETIRE]", "* x15 [HIDE]"]
    assert Device.objects.get(pk="b1").health == DeviceHealth.RETIRED
    assert Event.objects.filter(device="b1", body__health="Retired").exists()
    assert dict(DeviceType.objects.values_list("name", "display")) == {"x15": False, "x16": True}
    Device.objects.filter(pk="b1").update(health=DeviceHealth.GOOD)
    write("b1", device_type="x15")
    assert manage("sync") == ["* b1 [UPDATE]", "* b2 [UPDATE]", "* x15 [SHOW]"]


def test_devices_that_people_added_are_left_alone(
    lab: Worker, manage: Manage, write: Write
) -> None:
    write("qemu-01", device_type="x15", tags=["a"])
    Path(settings.DEVICES_PATH).joinpath("qemu-02.jinja2").unlink()
    DeviceType.objects.create(name="empty")
    assert manage("sync") == [
        "* qemu-01 [SKIP] the device was added by hand",
        "* empty [HIDE]",
    ]
    assert Device.objects.get(pk="qemu-01").device_type_id == "qemu"
    assert Device.objects.get(pk="qemu-02").health == DeviceHealth.GOOD


def test_what_is_wrong_with_one_keeps_no_other_from_it(manage: Manage, write: Write) -> None:
    DeviceType.objects.create(name="x15")
    folder = Path(settings.DEVICES_PATH)
    write("a-plain", "{% extends 'qemu.jinja2' %}")
    write("b-broken", "{% set sync_to_lava = {")
    write("c-no-type", worker="worker-1")
    write("d-alias", device_type="new", aliases=["x15"], worker="worker-9")
    write("e-codename", device_type="new", group_device_permissions=[["admin_device", "lab"]])
    folder.joinpath("f-bytes.jinja2").write_bytes(b"\xff\xfe")
    folder.joinpath("g-folder.jinja2").mkdir()
    folder.joinpath("h-huge.jinja2").write_bytes(b"\0" * 3_000_000)
    write("i-good", device_type="x15")
    lines = manage("sync")
    assert [line.split("]")[0] + "]" for line in lines] == [
        *(f"* {name} [SKIP]" for name in ("a-plain", "b-broken", "c-no-type", "d-alias")),
        *(f"* {name} [SKIP]" for name in ("e-codename", "f-bytes", "h-huge")),
        "* i-good [CREATE]",
    ]
    reasons = ("sets no sync_to_lava", "line 1", "no device_type", "device type 'x15'")
    reasons += ("'admin_device'", "UTF-8", "characters")
    for line, reason in zip(lines, reasons, strict=False):
        assert reason in line
    assert Device.objects.get().hostname == "i-good"
    assert not Worker.objects.exists()
    assert DeviceType.objects.count() == 1
