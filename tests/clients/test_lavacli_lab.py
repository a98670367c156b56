"""lavacli, unmodified, old and new: the lab, the system, and how one signs in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    from .conftest import Lavacli, Server


def test_devices_are_listed_and_shown(lavacli: Lavacli) -> None:
    listed = lavacli.run("devices", "list").splitlines()
    assert listed[0] == "Devices:"
    assert listed[1].startswith("* qemu-01 (qemu): ")
    assert listed[1].endswith(",Good")
    shown = lavacli.run("devices", "show", "qemu-01")
    assert "worker      : worker-1" in shown
    assert "device-dict : True" in shown


def test_device_types_are_listed_and_shown(lavacli: Lavacli) -> None:
    assert "['qemu-01', 'qemu-02']" in lavacli.run("device-types", "show", "qemu")
    listed = yaml.safe_load(lavacli.run("device-types", "list", "--all", "--yaml"))
    assert listed[0] == {"name": "qemu", "devices": 2, "installed": True, "template": True}


def test_workers_are_listed_and_shown(lavacli: Lavacli) -> None:
    assert lavacli.run("workers", "list").splitlines() == ["Workers:", "* worker-1"]
    shown = lavacli.run("workers", "show", "worker-1")
    assert "devices     : qemu-01, qemu-02" in shown
    assert "job limit   : 0" in shown


def test_the_right_program_is_tested(lavacli: Lavacli) -> None:
    assert lavacli.run("--version").strip() == f"lavacli {lavacli.version}"


def test_the_system_tells_its_version_and_who_asks(lavacli: Lavacli) -> None:
    assert lavacli.run("system", "version").strip() == "2026.07"
    assert lavacli.run("system", "api").strip() == "2"
    assert lavacli.run("system", "whoami").strip() == "alice"


def test_methods_are_listed_and_explained(lavacli: Lavacli) -> None:
    assert "scheduler.jobs.show" in lavacli.run("system", "methods", "list").split()
    assert "job_id" in lavacli.run("system", "methods", "help", "scheduler.jobs.show")
    signature = lavacli.run("system", "methods", "signature", "scheduler.jobs.show")
    assert signature.strip() == "['struct', 'int|str']"


def test_without_a_token_much_can_be_read_but_nothing_submitted(
    lavacli: Lavacli, server: Server
) -> None:
    lavacli.uri = f"{server.url}/RPC2"
    assert lavacli.run("system", "whoami").strip() == "<AnonymousUser>"
    assert "qemu-01" in lavacli.run("devices", "list")
    output = lavacli.try_run("jobs", "submit", "smoke.yaml")
    assert "Authentication with user and token required" in output


def test_a_wrong_token_is_refused(lavacli: Lavacli, server: Server) -> None:
    lavacli.uri = server.rpc.replace("alice:", "alice:x")
    output = lavacli.try_run("system", "version")
    assert lavacli.status != 0
    assert "401" in output


def test_a_doubled_slash_and_one_at_the_end_are_understood(
    lavacli: Lavacli, server: Server
) -> None:
    for path in ("//RPC2", "/RPC2/"):
        lavacli.uri = server.rpc.removesuffix("/RPC2") + path
        assert lavacli.run("system", "version").strip() == "2026.07"
