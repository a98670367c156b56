"""lavacli 3.1.0, unmodified: people, groups, permissions, tokens; and a whole lab, copied."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .conftest import Lavacli


def test_groups(new_by_admin: Lavacli) -> None:
    new_by_admin.run("groups", "add", "testers")
    assert "testers" in new_by_admin.run("groups", "list")
    permission = ("testers", "lava_scheduler_app", "device", "change_device")
    new_by_admin.run("groups", "perms", "add", *permission)
    assert "change_device" in new_by_admin.run("groups", "perms", "list", "testers")
    assert "testers" in new_by_admin.run("groups", "show", "testers")
    new_by_admin.run("groups", "perms", "delete", *permission)
    assert "change_device" not in new_by_admin.run("groups", "perms", "list", "testers")
    new_by_admin.run("groups", "delete", "testers")
    assert "testers" not in new_by_admin.run("groups", "list")


def test_users(new_by_admin: Lavacli) -> None:
    new_by_admin.run("users", "add", "--email", "carol@example.com", "carol")
    assert "carol" in new_by_admin.run("users", "list")
    new_by_admin.run("users", "update", "--first-name", "Carol", "--staff", "carol")
    shown = new_by_admin.run("users", "show", "carol")
    assert "Carol" in shown
    assert "carol@example.com" in shown
    new_by_admin.run("users", "groups", "add", "carol", "writers")
    assert "writers" in new_by_admin.run("users", "groups", "list", "carol")
    new_by_admin.run("users", "groups", "delete", "carol", "writers")
    assert "writers" not in new_by_admin.run("users", "groups", "list", "carol")
    permission = ("carol", "auth", "group", "add_group")
    new_by_admin.run("users", "perms", "add", *permission)
    assert "add_group" in new_by_admin.run("users", "perms", "list", "carol")
    new_by_admin.run("users", "perms", "delete", *permission)
    assert "add_group" not in new_by_admin.run("users", "perms", "list", "carol")
    new_by_admin.run("users", "delete", "carol")
    assert "carol" not in new_by_admin.run("users", "list")
    new_by_admin.run("groups", "delete", "writers")


def test_permissions_of_objects(new_by_admin: Lavacli) -> None:
    new_by_admin.run("groups", "add", "viewers")
    for kind, name, permission in (
        ("devices", "qemu-02", "change_device"),
        ("device-types", "qemu", "change_devicetype"),
    ):
        new_by_admin.run(kind, "perms", "add", name, "viewers", permission)
        assert permission in new_by_admin.run(kind, "perms", "list", name)
        new_by_admin.run(kind, "perms", "delete", name, "viewers", permission)
        assert permission not in new_by_admin.run(kind, "perms", "list", name)
    new_by_admin.run("groups", "delete", "viewers")


def test_tokens(new_by_admin: Lavacli) -> None:
    new_by_admin.run("tokens", "add", "--token", "hunter2", "server")
    assert "server" in new_by_admin.run("tokens", "list")
    assert "hunter2" in new_by_admin.run("tokens", "show", "server")
    new_by_admin.run("tokens", "delete", "server")
    assert "server" not in new_by_admin.run("tokens", "list")


def files(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): path.read_text()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_lab_is_copied_to_another(new_by_admin: Lavacli, by_admin_of_another: Lavacli) -> None:
    here, there = new_by_admin, by_admin_of_another
    here.run("devices", "tags", "add", "qemu-01", "copied")
    (here.home / "one").mkdir()
    (here.home / "two").mkdir()
    here.run("lab", "import", "one/lab.yaml")
    there.run("lab", "apply", "one/lab.yaml")
    assert "copied" in there.run("devices", "show", "qemu-01")
    there.run("lab", "import", "two/lab.yaml")
    first = files(here.home / "one")
    assert any("qemu-01" in text for text in first.values())
    assert first == files(here.home / "two")
