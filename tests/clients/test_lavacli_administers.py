"""lavacli's commands for a whole lab, for power, and for what groups may do."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .conftest import Lavacli

# Of lavacli 3.1.0, what talks to the server.
COMMANDS = {
    "aliases": "add delete list show",
    "device-types": "add aliases delete devices health-check list perms show template update",
    "devices": "add control delete dict list maintenance perms show tags update",
    "groups": "add delete list perms show",
    "jobs": "autocancel cancel config definition find-errors list logs queue resubmit run show"
    " submit validate wait",
    "lab": "apply import validate",
    "system": "active api certificate maintenance methods version whoami",
    "tags": "add delete list show",
    "tokens": "add delete list show",
    "users": "add delete groups list perms show update",
    "workers": "add config delete env env-dut list maintenance show update",
}


def test_the_whole_lab_is_taken_out_of_work_and_back(by_admin: Lavacli) -> None:
    assert "worker-1" in by_admin.run("system", "maintenance")
    assert "Maintenance" in by_admin.run("workers", "show", "worker-1")
    assert "worker-1" in by_admin.run("system", "active")
    assert "Active" in by_admin.run("workers", "show", "worker-1")


def test_what_is_no_longer_there_is_a_fault(by_admin: Lavacli) -> None:
    said = by_admin.try_run("system", "certificate")
    assert by_admin.status == 1
    assert "No such method: 'system.get_master_certificate'" in said


def test_a_device_s_power_is_switched_by_its_dictionary(new_by_admin: Lavacli) -> None:
    new_by_admin.run("devices", "add", "--type", "qemu", "--worker", "worker-1", "switched")
    reset = new_by_admin.home / "was-reset"
    dictionary = (
        f"{{% extends 'qemu.jinja2' %}}\n{{% set hard_reset_command = 'touch {reset}' %}}\n"
    )
    new_by_admin.home.joinpath("dict").write_text(dictionary)
    new_by_admin.run("devices", "dict", "set", "switched", "dict")
    assert str(reset) in new_by_admin.run("devices", "control", "--dry-run", "switched", "reset")
    assert not reset.exists()
    new_by_admin.run("devices", "control", "switched", "reset")
    assert reset.exists()
    new_by_admin.run("devices", "update", "--health", "RETIRED", "switched")


def test_groups_are_granted_devices_and_their_types(new_by_admin: Lavacli) -> None:
    new_by_admin.run("groups", "add", "granted")
    new_by_admin.run("device-types", "add", "kind-of-grants")
    new_by_admin.run("devices", "add", "--type", "kind-of-grants", "--worker", "worker-1", "given")
    for what, name, permission in (
        ("devices", "given", "submit_to_device"),
        ("device-types", "kind-of-grants", "change_devicetype"),
    ):
        new_by_admin.run(what, "perms", "add", name, "granted", permission)
        assert f"granted {permission}" in new_by_admin.run(what, "perms", "list", name)
        new_by_admin.run(what, "perms", "delete", name, "granted", permission)
        assert permission not in new_by_admin.run(what, "perms", "list", name)
    new_by_admin.run("devices", "update", "--health", "RETIRED", "given")


def test_the_commands_that_tests_know_are_those_that_there_are(new_by_admin: Lavacli) -> None:
    """A command that a newer lavacli has fails this test, until one runs it."""
    groups = COMMANDS | {"events": "", "identities": "", "mcp": "", "results": "", "utils": ""}
    known = new_by_admin.run("--help")
    listed = known.partition("{")[2].partition("}")[0].split(",")
    assert set(listed) <= set(groups)
    for group in sorted(set(listed) & set(COMMANDS)):
        said = new_by_admin.run(group, "--help")
        commands = said.partition("{")[2].partition("}")[0].split(",")
        assert set(commands) <= set(COMMANDS[group].split()), group
