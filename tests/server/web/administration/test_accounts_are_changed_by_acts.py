"""Users, groups, permissions by their names on the wire, and tokens."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.test import Client

from pumice.server.accounts import artifacts, tokens
from pumice.server.accounts.models import ArtifactToken, Token
from pumice.server.accounts.permitting import held_by
from pumice.server.audit.models import Entry
from pumice.server.jobs.models import Job

if TYPE_CHECKING:
    from .conftest import Forms

PASSWORD = "correct horse battery"


def permission(codename: str, model: str) -> Permission:
    return Permission.objects.get(codename=codename, content_type__model=model)


def test_a_user_is_added_with_password_groups_and_permissions(forms: Forms) -> None:
    group = Group.objects.create(name="kernel-team")
    forms.send(
        "auth/user/add/",
        username="dora",
        new_password=PASSWORD,
        email="dora@example.com",
        is_active="on",
        groups=[group.pk],
        user_permissions=[permission("submit_to_device", "device").pk],
    )
    dora = User.objects.get(username="dora")
    assert dora.check_password(PASSWORD)
    assert (dora.is_active, dora.is_staff, dora.is_superuser) == (True, False, False)
    assert [str(held) for held in held_by(dora)] == ["lava_scheduler_app.device.submit_to_device"]
    assert list(dora.groups.all()) == [group]
    entries = Entry.objects.order_by("id").values_list("act", "kind", "subject", "via")
    assert list(entries) == [
        ("add", "user", "dora", "admin"),
        ("change", "user", "dora", "admin"),
        ("grant", "user", "dora", "admin"),
    ]
    assert PASSWORD not in str(list(Entry.objects.values_list("changes", flat=True)))


def test_a_user_is_changed(forms: Forms, alice: User) -> None:
    old, new = (Group.objects.create(name=name) for name in ("old", "new"))
    alice.groups.add(old)
    forms.send(
        f"auth/user/{alice.pk}/change/",
        username="other",
        email="alice@example.org",
        is_active="on",
        is_staff="on",
        groups=[new.pk],
        new_password="",
    )
    alice.refresh_from_db()
    assert (alice.username, alice.email, alice.is_staff) == ("alice", "alice@example.org", True)
    assert list(alice.groups.all()) == [new]
    assert alice.check_password("secret-of-alice")
    forms.send(f"auth/user/{alice.pk}/change/", is_active="on", new_password=PASSWORD)
    alice.refresh_from_db()
    assert alice.check_password(PASSWORD)


@pytest.mark.parametrize("password", ["short", "password1234"])
def test_a_weak_password_is_refused(forms: Forms, alice: User, password: str) -> None:
    page = forms.send(f"auth/user/{alice.pk}/change/", 200, is_active="on", new_password=password)
    assert "errorlist" in page


def test_permissions_are_named_as_on_the_wire(forms: Forms, client: Client, alice: User) -> None:
    page = client.get(f"/admin/auth/user/{alice.pk}/change/").content.decode()
    assert "lava_scheduler_app.testjob.change_testjob" in page
    assert "lava_scheduler_app.devicetype.submit_to_devicetype" in page
    assert "jobs.job" not in page


def test_a_group_gets_permissions_and_loses_them(forms: Forms) -> None:
    wanted = permission("change_worker", "worker")
    forms.send("auth/group/add/", name="wardens", permissions=[wanted.pk])
    group = Group.objects.get()
    assert list(group.permissions.all()) == [wanted]
    forms.send(f"auth/group/{group.pk}/change/", permissions=[])
    assert not group.permissions.exists()
    forms.send(f"auth/group/{group.pk}/delete/", post="yes")
    assert list(Entry.objects.order_by("id").values_list("act", flat=True)) == [
        *("add", "grant", "revoke", "delete"),
    ]


def test_a_user_with_jobs_is_not_deleted_but_closed(
    forms: Forms, alice: User, submit: Callable[..., Job]
) -> None:
    submit(alice)
    tokens.issue(None, alice, "laptop")
    alice.groups.add(Group.objects.create(name="kernel-team"))
    alice.user_permissions.add(permission("change_worker", "worker"))
    assert "has jobs, which would be lost" in forms.send(
        f"auth/user/{alice.pk}/delete/", post="yes"
    )
    forms.act("auth/user/", "close", alice.pk, reason="left")
    alice.refresh_from_db()
    assert not alice.is_active
    assert not alice.groups.exists()
    assert not alice.user_permissions.exists()
    assert not Token.objects.exists()


def test_only_superusers_make_superusers_or_change_them(
    staff: Callable[..., Client], admin: User, alice: User
) -> None:
    carol = staff("change_user", "view_user", "delete_user", "change_group", "view_group")
    every: dict[str, Any] = {"is_active": "on", "is_staff": "on", "is_superuser": "on"}
    rights = {"user_permissions": [permission("change_worker", "worker").pk], "email": "a@b.org"}
    answer = carol.post(f"/admin/auth/user/{alice.pk}/change/", {**every, **rights})
    assert answer.status_code == 302
    alice.refresh_from_db()
    assert (alice.email, alice.is_staff, alice.is_superuser) == ("a@b.org", False, False)
    assert not alice.user_permissions.exists()
    colleague = User.objects.create_user("dan", is_staff=True)
    for user in (admin, colleague):
        path = f"/admin/auth/user/{user.pk}"
        assert carol.post(f"{path}/change/", {"new_password": PASSWORD}).status_code == 403
        assert carol.post(f"{path}/delete/", {"post": "yes"}).status_code == 403
    for action in ("delete_selected", "close"):
        fields = {"action": action, "_selected_action": [admin.pk], "post": "yes", "reason": ""}
        carol.post("/admin/auth/user/", fields)
    admin.refresh_from_db()
    assert admin.is_active


def test_tokens_are_revoked_and_never_made_or_changed_here(forms: Forms, alice: User) -> None:
    token, secret = tokens.issue(None, alice, "laptop")
    artifacts.add(alice, "artifactory", "value")
    assert forms.client.get("/admin/accounts/token/add/").status_code == 403
    fields = {"description": "x", "scope": "3"}
    assert forms.client.post(f"/admin/accounts/token/{token.pk}/change/", fields).status_code == 403
    forms.send(f"accounts/token/{token.pk}/delete/", post="yes")
    assert tokens.owner(secret) is None
    forms.send(f"accounts/artifacttoken/{ArtifactToken.objects.get().pk}/delete/", post="yes")
    assert not ArtifactToken.objects.exists()
    assert {(e.who, e.subject) for e in Entry.objects.filter(act="delete")} == {
        ("admin", f"alice/{token.pk}"),
        ("admin", "alice/artifactory"),
    }


def test_entries_cannot_be_changed_or_deleted(forms: Forms, alice: User) -> None:
    tokens.issue(None, alice, "laptop")
    entry = Entry.objects.get()
    for path in ("add/", f"{entry.pk}/change/", f"{entry.pk}/delete/"):
        assert forms.client.post(f"/admin/audit/entry/{path}", {"post": "yes"}).status_code == 403
    assert Entry.objects.count() == 1
