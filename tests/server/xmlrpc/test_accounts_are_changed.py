"""auth.*: users, groups and their permissions, by LAVA's names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.models import Group, Permission, User

from pumice.server.audit.models import Entry

if TYPE_CHECKING:
    from collections.abc import Callable

    from pumice.server.jobs.models import Job

    from .conftest import Rpc

DEVICE = ("lava_scheduler_app", "device", "submit_to_device")


def test_a_user_is_added_changed_and_deleted(rpc: Rpc, admin: User) -> None:
    rpc("auth.users.add", "carol", "Carol", None, "c@example.com", True, True, user=admin)
    rpc("auth.users.update", "carol", None, "Danvers", None, False, user=admin)
    shown = rpc("auth.users.show", "carol", user=admin)
    joined = shown.pop("date_joined")
    assert joined.year >= 2024
    assert shown == {
        "id": User.objects.get(username="carol").pk,
        "username": "carol",
        "first_name": "Carol",
        "last_name": "Danvers",
        "email": "c@example.com",
        "is_active": False,
        "is_staff": True,
        "is_superuser": False,
        "groups": [],
        "permissions": [],
        "last_login": None,
    }
    listed = rpc("auth.users.list", user=admin)
    assert [entry["username"] for entry in listed] == ["admin", "carol"]
    assert not User.objects.get(username="carol").has_usable_password()
    rpc("auth.users.delete", "carol", user=admin)
    missing = (404, "User 'carol' was not found.")
    assert rpc.fault("auth.users.show", "carol", user=admin) == missing
    assert list(Entry.objects.order_by("id").values_list("act", "subject")) == [
        ("add", "carol"),
        ("change", "carol"),
        ("delete", "carol"),
    ]


def test_what_cannot_be_is_refused(rpc: Rpc, admin: User, alice: User) -> None:
    exists = (400, "Bad request: user already exists?")
    assert rpc.fault("auth.users.add", "alice", user=admin) == exists
    for name in ("", "a b", "x" * 200):
        assert rpc.fault("auth.users.add", name, user=admin)[0] == 400
    assert rpc.fault("auth.users.add", "x", None, None, "no address", user=admin)[0] == 400
    assert rpc.fault("auth.groups.add", "x" * 151, user=admin)[0] == 400
    assert rpc.fault("auth.groups.delete", "none", user=admin)[0] == 404
    assert rpc.fault("auth.users.delete", "none", user=admin)[0] == 404


def test_a_user_with_jobs_is_not_deleted(
    rpc: Rpc, admin: User, alice: User, submit: Callable[..., Job]
) -> None:
    submit(alice)
    code, text = rpc.fault("auth.users.delete", "alice", user=admin)
    assert (code, "is_active" in text) == (400, True)
    assert User.objects.filter(username="alice").exists()


def test_groups_and_permissions_come_and_go(rpc: Rpc, admin: User, alice: User) -> None:
    rpc("auth.groups.add", "team", user=admin)
    assert rpc.fault("auth.groups.add", "team", user=admin)[0] == 400
    rpc("auth.users.groups.add", "alice", "team", user=admin)
    rpc("auth.users.groups.add", "alice", "new", user=admin)
    assert rpc("auth.users.groups.list", "alice", user=admin) == ["new", "team"]
    assert rpc("auth.groups.list", user=admin) == ["new", "team"]
    rpc("auth.users.groups.delete", "alice", "new", user=admin)
    for kind, name in (("groups", "team"), ("users", "alice")):
        rpc(f"auth.{kind}.perms.add", name, *DEVICE, user=admin)
        rpc(f"auth.{kind}.perms.add", name, "lava_scheduler_app", "core", "add_core", user=admin)
        listed = rpc(f"auth.{kind}.perms.list", name, user=admin)
        assert {"app": DEVICE[0], "model": DEVICE[1], "codename": DEVICE[2]} in listed
        shown = rpc(f"auth.{kind}.show", name, user=admin)
        assert shown["permissions"] == [
            "lava_scheduler_app.core.add_core",
            "lava_scheduler_app.device.submit_to_device",
        ]
        rpc(f"auth.{kind}.perms.delete", name, *DEVICE, user=admin)
        rpc(f"auth.{kind}.perms.delete", name, *DEVICE, user=admin)
        assert len(rpc(f"auth.{kind}.perms.list", name, user=admin)) == 1
        wrong = (f"auth.{kind}.perms.add", name, "lava_scheduler_app")
        assert rpc.fault(*wrong, "nothing", "x", user=admin) == (
            404,
            "Invalid app.model 'lava_scheduler_app.nothing'",
        )
        assert rpc.fault(*wrong, "device", "x", user=admin) == (404, "Invalid permission 'x'")
    assert rpc("auth.groups.show", "team", user=admin)["users"] == ["alice"]
    rpc("auth.groups.delete", "team", user=admin)
    assert not Group.objects.filter(name="team").exists()


def test_a_permission_given_over_xmlrpc_counts(rpc: Rpc, admin: User, alice: User) -> None:
    add = ("scheduler.workers.add", "worker-9")
    assert rpc.fault(*add, user=alice)[0] == 403
    rpc("auth.users.perms.add", "alice", "lava_scheduler_app", "worker", "add_worker", user=admin)
    rpc(*add, user=alice)
    rpc("auth.users.groups.add", "alice", "team", user=admin)
    rpc(
        "auth.groups.perms.add", "team", "lava_scheduler_app", "worker", "delete_worker", user=admin
    )
    rpc("scheduler.workers.delete", "worker-9", user=alice)


def test_nobody_rises_above_themself(rpc: Rpc, admin: User, alice: User) -> None:
    for codename in ("add_user", "change_user"):
        alice.user_permissions.add(Permission.objects.get(codename=codename))
    new = ("auth.users.add", "x", None, None, None, True, False, True)
    assert rpc.fault(*new, user=alice)[0] == 403
    risen = ("auth.users.update", "alice", None, None, None, None, None, True)
    assert rpc.fault(*risen, user=alice)[0] == 403
    assert rpc.fault("auth.users.update", "admin", "x", user=alice)[0] == 403
    assert rpc.fault("auth.users.delete", "admin", user=alice)[0] == 403
    rpc("auth.users.update", "alice", "Alice", user=alice)
