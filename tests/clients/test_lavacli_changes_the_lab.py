"""lavacli, unmodified, old and new: an administrator's commands, each at least once."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .conftest import Lavacli

DEVICE, TYPE = "qemu-02", "qemu"


def named(lavacli: Lavacli, name: str) -> str:
    """A name that the other version of lavacli does not use."""
    return f"{name}-{lavacli.version.replace('.', '-')}"


def is_new(lavacli: Lavacli) -> bool:
    return lavacli.version.startswith("3")


def write(lavacli: Lavacli, name: str, text: str) -> str:
    (lavacli.home / name).write_text(text)
    return name


def test_aliases(by_admin: Lavacli) -> None:
    name = named(by_admin, "alias")
    by_admin.run("aliases", "add", name, TYPE)
    assert name in by_admin.run("aliases", "list")
    assert TYPE in by_admin.run("aliases", "show", name)
    by_admin.run("aliases", "delete", name)
    assert name not in by_admin.run("aliases", "list")


def test_tags(by_admin: Lavacli) -> None:
    name = named(by_admin, "tag")
    by_admin.run("tags", "add", name, "--description", "what it says")
    assert name in by_admin.run("tags", "list")
    by_admin.run("devices", "tags", "add", DEVICE, name)
    assert name in by_admin.run("devices", "tags", "list", DEVICE)
    assert DEVICE in by_admin.run("tags", "show", name)
    by_admin.run("devices", "tags", "delete", DEVICE, name)
    assert name not in by_admin.run("devices", "tags", "list", DEVICE)
    by_admin.run("tags", "delete", name)
    assert name not in by_admin.run("tags", "list")


def test_devices(by_admin: Lavacli) -> None:
    name = named(by_admin, "board")
    by_admin.run("devices", "add", "--type", TYPE, "--worker", "worker-1", name)
    by_admin.run("devices", "update", "--description", "a board", "--health", "GOOD", name)
    shown = by_admin.run("devices", "show", name)
    assert "a board" in shown
    assert "Good" in shown
    by_admin.run("devices", "maintenance", name)
    assert "Maintenance" in by_admin.run("devices", "show", name)
    dictionary = "{% extends 'qemu.jinja2' %}\n{% set memory = 77 %}\n"
    by_admin.run("devices", "dict", "set", name, write(by_admin, "dict", dictionary))
    assert by_admin.run("devices", "dict", "get", name).strip() == dictionary.strip()
    assert "77" in by_admin.run("devices", "dict", "get", "--render", name)
    if is_new(by_admin):
        by_admin.run("devices", "dict", "delete", name)
        assert "77" not in by_admin.try_run("devices", "dict", "get", name)
    by_admin.run("devices", "update", "--health", "RETIRED", name)
    assert name not in by_admin.run("devices", "list")
    assert name in by_admin.run("devices", "list", "--all")


def test_device_types(by_admin: Lavacli) -> None:
    name = named(by_admin, "type")
    by_admin.run("device-types", "add", "--description", "a type", name)
    by_admin.run("device-types", "update", "--description", "another", "--hide", name)
    assert "another" in by_admin.run("device-types", "show", name)
    by_admin.run("device-types", "aliases", "add", name, f"{name}-alias")
    assert f"{name}-alias" in by_admin.run("device-types", "aliases", "list", name)
    by_admin.run("device-types", "aliases", "delete", name, f"{name}-alias")
    assert f"{name}-alias" not in by_admin.run("device-types", "aliases", "list", name)
    for kind, text in (("template", "{# a template #}"), ("health-check", "job_name: check")):
        by_admin.run("device-types", kind, "set", name, write(by_admin, kind, text))
        assert text in by_admin.run("device-types", kind, "get", name)
        if is_new(by_admin):
            by_admin.run("device-types", kind, "delete", name)
            assert text not in by_admin.try_run("device-types", kind, "get", name)
    if is_new(by_admin):
        assert "qemu-01" in by_admin.run("device-types", "devices", TYPE)


def test_workers(by_admin: Lavacli) -> None:
    name = named(by_admin, "worker")
    by_admin.run("workers", "add", "--description", "a host", name)
    by_admin.run("workers", "update", "--description", "another", "--job-limit", "3", name)
    shown = by_admin.run("workers", "show", name)
    assert "another" in shown
    assert "3" in shown
    by_admin.run("workers", "maintenance", name)
    assert "Maintenance" in by_admin.run("workers", "show", name)
    files = ("config", "env", "env-dut") if is_new(by_admin) else ("config", "env")
    for kind in files:
        by_admin.run("workers", kind, "set", name, write(by_admin, kind, f"of: {kind}\n"))
        assert f"of: {kind}" in by_admin.run("workers", kind, "get", name)
        if is_new(by_admin):
            by_admin.run("workers", kind, "delete", name)
            assert f"of: {kind}" not in by_admin.try_run("workers", kind, "get", name)
    assert name in by_admin.run("workers", "list")


def test_jobs(by_admin: Lavacli) -> None:
    number = by_admin.run("jobs", "submit", "smoke.yaml").strip()
    again = by_admin.run("jobs", "resubmit", number).strip()
    assert int(again) > int(number)
    output = by_admin.run("jobs", "run", "--no-follow", "smoke.yaml")
    assert any(character.isdigit() for character in output)
    if is_new(by_admin):
        assert "404" in by_admin.try_run("jobs", "config", number)
        by_admin.run("jobs", "autocancel", "--duration", "600", "--dry-run")
        by_admin.run("jobs", "find-errors", "--limit", "5")
    for waiting in by_admin.run("jobs", "queue").splitlines()[1:]:
        by_admin.run("jobs", "cancel", waiting.split()[1].rstrip(":"))
    for job in (number, again):
        by_admin.run("jobs", "cancel", job)
