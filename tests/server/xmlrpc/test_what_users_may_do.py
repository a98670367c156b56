"""system.user_*, and system's older names of grants."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.contrib.auth.models import Group, Permission, User

from pumice.server.jobs.models import Job
from pumice.server.lab.models import Worker

if TYPE_CHECKING:
    from .conftest import Rpc


def test_users_ask_about_themselves_and_superusers_about_others(
    rpc: Rpc, admin: User, alice: User, bob: User, submit: Callable[..., Job], smoke: str
) -> None:
    own = submit(alice, smoke.replace("visibility: public", "visibility: personal")).pk
    public = submit(bob).pk
    asked = [own, str(public), "9" * 30, "x", True, None]
    ask = "system.user_can_view_jobs"
    assert rpc(ask, asked, user=alice) == {str(own): True, str(public): True}
    assert rpc(ask, asked, user=bob) == {str(own): False, str(public): True}
    assert rpc(ask, asked, "bob", user=admin) == {str(own): False, str(public): True}
    assert rpc.fault(ask, asked, "alice", user=bob) == (
        401,
        "Permission denied for user 'bob' to query other users",
    )
    assert rpc.fault(ask, asked, "none", user=admin) == (404, "Username none not found")
    assert rpc.fault(ask, "x", user=bob) == (400, "job list argument must be a list")
    assert rpc("system.user_can_view_bundles", ["a"], user=bob) == {"a": False}


def test_devices_and_types_follow_the_grants(
    rpc: Rpc, admin: User, alice: User, bob: User, lab: Worker
) -> None:
    team = Group.objects.create(name="team")
    alice.groups.add(team)
    rpc("system.assign_perm_device", "lab.view_device", "qemu-01", "team", user=admin)
    rpc("system.assign_perm_device_type", "submit_to_devicetype", "qemu", "team", user=admin)
    seen = {"is_pipeline": True, "visible": True, "exclusive": True}
    ask = ("system.user_can_view_devices", ["qemu-01", "qemu-02", "x"])
    assert rpc(*ask, user=alice) == {"qemu": [{"qemu-01": seen}, {"qemu-02": seen}]}
    hidden = {"visible": False}
    assert rpc(*ask, user=bob) == {"qemu": [{"qemu-01": hidden}, {"qemu-02": seen}]}
    may = ("system.user_can_submit_to_types", ["qemu", "x"])
    assert rpc(*may, user=alice) == {"qemu": True}
    assert rpc(*may, user=bob) == {"qemu": False}
    assert rpc(*may, user=admin) == {"qemu": True}
    rpc("system.revoke_perm_device", "view_device", "qemu-01", "team", user=admin)
    rpc("system.revoke_perm_device_type", "x", "qemu", "team", user=admin)
    assert rpc(*ask, user=bob) == {"qemu": [{"qemu-01": seen}, {"qemu-02": seen}]}


def test_what_is_wrong_with_a_grant_is_named(
    rpc: Rpc, admin: User, alice: User, lab: Worker
) -> None:
    Group.objects.create(name="team")
    assign = "system.assign_perm_device"
    assert rpc.fault(assign, "view_device", "qemu-01", "team", user=alice)[0] == 403
    alice.user_permissions.add(Permission.objects.get(codename="change_device"))
    no_device = (400, "please use existing device hostname")
    assert rpc.fault(assign, "view_device", "none", "team", user=alice) == no_device
    no_group = (400, "please use existing group name")
    assert rpc.fault(assign, "view_device", "qemu-01", "none", user=alice) == no_group
    no_text = (400, "device argument must be a string")
    assert rpc.fault(assign, "view_device", 1, "team", user=alice) == no_text
    code, text = rpc.fault(assign, "fly_device", "qemu-01", "team", user=alice)
    assert code == -32603
    assert text.endswith("Please use existing permission codename")


def test_a_users_groups_are_replaced_by_their_address(rpc: Rpc, admin: User, alice: User) -> None:
    for name in ("old", "kept", "new"):
        Group.objects.create(name=name)
    alice.groups.set(Group.objects.filter(name__in=("old", "kept")))
    groups = ["kept", "new", "none"]
    rpc("system.set_user_groups", "alice@example.com", groups, user=admin)
    assert set(alice.groups.values_list("name", flat=True)) == {"kept", "new"}
    refused = (400, "please use an existing user")
    assert rpc.fault("system.set_user_groups", "x@example.com", [], user=admin) == refused
    assert rpc.fault("system.set_user_groups", "", [], user=admin) == refused
    no_list = (400, "groups must be a list")
    assert rpc.fault("system.set_user_groups", "alice@example.com", "x", user=admin) == no_list
    assert rpc.fault("system.set_user_groups", "x", [], user=alice) == (403, "forbidden")
