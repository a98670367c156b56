"""What administrators do over XML-RPC is there afterwards, and the record tells of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.models import Group, User

from pumice.server.audit.models import Entry
from pumice.server.lab.models import Device, Worker

if TYPE_CHECKING:
    from .conftest import Rpc


def told() -> list[str]:
    """The record: who did what to what."""
    return [f"{e.who} {e.act} {e.kind} {e.subject}" for e in Entry.objects.order_by("id")]


def test_a_device_is_added_changed_and_deleted(rpc: Rpc, admin: User, lab: Worker) -> None:
    rpc(
        "scheduler.devices.add",
        "board",
        "qemu",
        "worker-1",
        None,
        None,
        True,
        "GOOD",
        None,
        user=admin,
    )
    rpc("scheduler.devices.tags.add", "board", "usb", user=admin)
    rpc("scheduler.device_types.add", "other", "a kind", True, False, 5, "jobs", user=admin)
    rpc(
        "scheduler.devices.update",
        *("board", None, "admin", None, True, "MAINTENANCE", "text", "other", "new fan"),
        user=admin,
    )
    shown = rpc("scheduler.devices.show", "board")
    assert shown["device_type"] == "other"
    assert (shown["health"], shown["description"]) == ("Maintenance", "text")
    assert (shown["worker"], shown["tags"]) == ("worker-1", ["usb"])
    assert Device.objects.get(pk="board").physical_owner == admin
    rpc("scheduler.devices.tags.delete", "board", "usb", user=admin)
    assert rpc("scheduler.devices.tags.list", "board") == []
    rpc("scheduler.devices.delete", "board", user=admin)
    assert rpc.fault("scheduler.devices.show", "board") == (404, "Device 'board' was not found.")
    assert "admin add device board" in told()
    assert told()[-1] == "admin delete device board"
    fan = Entry.objects.filter(reason="new fan", changes__has_key="health").get()
    assert (fan.changes, fan.via) == ({"health": ["Good", "Maintenance"]}, "xmlrpc")


def test_what_cannot_be_is_refused_with_the_reason(rpc: Rpc, admin: User, lab: Worker) -> None:
    add = ("scheduler.devices.add", "qemu-01")
    assert rpc.fault(*add, "none", "worker-1", user=admin)[0] == 404
    assert rpc.fault(*add, "qemu", "none", user=admin)[0] == 404
    exists = (400, "Bad request: device already exists?")
    assert rpc.fault(*add, "qemu", "worker-1", user=admin) == exists
    for name in ("", "../x", "a/b", ".x", "x" * 300, "a\nb"):
        assert rpc.fault("scheduler.devices.add", name, "qemu", "worker-1", user=admin)[0] == 400
    update = ("scheduler.devices.update", "qemu-01")
    assert rpc.fault(*update, None, None, None, True, "good", user=admin)[0] == 400
    assert rpc.fault(*update, "none", user=admin) == (404, "Unable to find worker 'none'")
    assert rpc.fault(
        "scheduler.device_types.add", "qemu", "", True, False, 1, "days", user=admin
    ) == (
        400,
        "Bad request: invalid health_denominator.",
    )
    assert (
        rpc.fault("scheduler.device_types.add", "qemu", "", True, False, 1, "jobs", user=admin)[0]
        == 400
    )
    assert rpc.fault("scheduler.workers.update", "worker-1", None, None, -1, user=admin)[0] == 400


def test_files_come_back_as_they_were_written(rpc: Rpc, admin: User, lab: Worker) -> None:
    text = "{% extends 'qemu.jinja2' %}\n{% set memory = 64 %}\n"
    assert rpc("scheduler.devices.set_dictionary", "qemu-01", text, user=admin) is True
    assert rpc("scheduler.devices.get_dictionary", "qemu-01") == text.encode()
    rendered = rpc("scheduler.devices.get_dictionary", "qemu-01", True, "{arch: amd64}")
    assert b"-m 64" in rendered
    assert rpc("scheduler.devices.set_dictionary", "qemu-01", "", user=admin) is True
    assert rpc.fault("scheduler.devices.get_dictionary", "qemu-01")[0] == 404
    for kind in ("health_check", "template"):
        rpc(f"scheduler.device_types.set_{kind}", "qemu", "x: 1\n", user=admin)
        assert rpc(f"scheduler.device_types.get_{kind}", "qemu") == b"x: 1\n"
        rpc(f"scheduler.device_types.set_{kind}", "qemu", None, user=admin)
    assert rpc.fault("scheduler.device_types.get_health_check", "qemu")[0] == 404
    assert b"available_architectures" in rpc("scheduler.device_types.get_template", "qemu")
    for kind in ("config", "env", "env_dut"):
        assert rpc(f"scheduler.workers.set_{kind}", "worker-1", "a: 1\n", user=admin) is True
        assert rpc(f"scheduler.workers.get_{kind}", "worker-1") == b"a: 1\n"
        assert rpc.fault(f"scheduler.workers.set_{kind}", "worker-1", "a: [", user=admin)[0] == 400
        assert rpc(f"scheduler.workers.set_{kind}", "worker-1", "", user=admin) is True
        assert rpc.fault(f"scheduler.workers.get_{kind}", "worker-1")[0] == 404


def test_no_name_leads_out_of_its_folder(rpc: Rpc, admin: User, lab: Worker) -> None:
    secret = Path(settings.PUMICE_DIR) / "secret.yaml"
    secret.write_text("hidden")
    for name in ("../secret", "..", ".secret", "a/../../secret"):
        assert rpc.fault("scheduler.device_types.get_health_check", name, user=admin)[0] == 400
        assert rpc.fault("scheduler.device_types.set_template", name, "x", user=admin)[0] == 400
        assert rpc.fault("scheduler.workers.get_config", name, user=admin)[0] in (400, 404)
    assert secret.read_text() == "hidden"


def test_groups_are_granted_and_revoked(rpc: Rpc, admin: User, alice: User, lab: Worker) -> None:
    Group.objects.create(name="team")
    for what, name, codename in (
        ("devices", "qemu-01", "view_device"),
        ("device_types", "qemu", "submit_to_devicetype"),
    ):
        rpc(f"scheduler.{what}.perms_add", name, "team", codename, user=admin)
        listed = [{"name": codename, "group": "team"}]
        assert rpc(f"scheduler.{what}.perms_list", name, user=admin) == listed
        assert rpc.fault(f"scheduler.{what}.perms_list", name, user=alice) == (403, "forbidden")
        assert (
            rpc.fault(f"scheduler.{what}.perms_add", name, "none", codename, user=admin)[0] == 404
        )
        assert rpc.fault(f"scheduler.{what}.perms_add", name, "team", "x", user=admin)[0] == -32603
    assert rpc.fault("scheduler.devices.show", "qemu-01", user=alice)[0] == 403
    rpc("scheduler.devices.perms_delete", "qemu-01", "team", "view_device", user=admin)
    rpc("scheduler.devices.perms_delete", "qemu-01", "team", "x", user=admin)
    assert rpc("scheduler.devices.show", "qemu-01", user=alice)["permissions"] == []


def test_workers_aliases_and_tags_come_and_go(rpc: Rpc, admin: User, lab: Worker) -> None:
    rpc("scheduler.workers.add", "worker-2", "a host", True, user=admin)
    rpc("scheduler.workers.update", "worker-2", None, "ACTIVE", 3, user=admin)
    shown = rpc("scheduler.workers.show", "worker-2", user=admin)
    assert (shown["health"], shown["job_limit"], len(shown["token"])) == ("Active", 3, 32)
    rpc("scheduler.workers.delete", "worker-2", user=admin)
    assert rpc("scheduler.workers.list", True) == ["worker-1"]
    rpc("scheduler.aliases.add", "virtual", "qemu", user=admin)
    assert rpc("scheduler.aliases.show", "virtual") == {"name": "virtual", "device_type": "qemu"}
    assert rpc("scheduler.device_types.aliases.list", "qemu") == ["virtual"]
    rpc("scheduler.device_types.aliases.delete", "qemu", "virtual", user=admin)
    assert rpc("scheduler.aliases.show", "virtual")["device_type"] == ""
    rpc("scheduler.aliases.delete", "virtual", user=admin)
    assert rpc("scheduler.aliases.list") == []
    rpc("scheduler.tags.add", "usb", "a stick", user=admin)
    assert rpc("scheduler.tags.list") == [{"name": "usb", "description": "a stick"}]
    assert rpc("scheduler.tags.show", "usb")["devices"] == []
    rpc("scheduler.tags.delete", "usb", user=admin)
    assert rpc.fault("scheduler.tags.delete", "usb", user=admin)[0] == 404


def test_artifact_tokens_are_ones_own_and_stored_only_sealed(
    rpc: Rpc, alice: User, bob: User
) -> None:
    rpc("scheduler.remote_artifact_tokens.add", "store", "hunter2", user=alice)
    assert rpc("scheduler.remote_artifact_tokens.list", user=alice) == [
        {"name": "store", "token": "hunter2"}
    ]
    assert rpc("scheduler.remote_artifact_tokens.show", "store", user=alice) == "hunter2"
    assert rpc("scheduler.remote_artifact_tokens.list", user=bob) == []
    assert rpc.fault("scheduler.remote_artifact_tokens.add", "store", "x", user=alice)[0] == 400
    stored = alice.artifact_tokens.get()
    assert "hunter2" not in stored.sealed
    assert "hunter2" not in str(list(Entry.objects.values()))
    rpc("scheduler.remote_artifact_tokens.delete", "store", user=alice)
    assert rpc.fault("scheduler.remote_artifact_tokens.show", "store", user=alice)[0] == 404
