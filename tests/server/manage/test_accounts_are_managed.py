"""``users``, ``groups`` and ``authorize_superuser``."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group, User

from pumice.server.audit.models import Entry

Manage = Callable[..., list[str]]
Refused = Callable[..., str]


def test_a_user_is_added_with_the_password_that_is_given(manage: Manage) -> None:
    assert manage("users", "add", "carol", "--passwd", "a-long-one", "--email", "c@lab.org") == []
    carol = User.objects.get(username="carol")
    assert carol.check_password("a-long-one")
    assert (carol.email, carol.is_staff, carol.is_superuser) == ("c@lab.org", False, False)


def test_without_a_password_a_random_one_is_printed(manage: Manage) -> None:
    (password,) = manage("users", "add", "--staff", "--superuser", "carol")
    carol = User.objects.get(username="carol")
    assert carol.check_password(password)
    assert len(password) >= 20
    assert (carol.is_staff, carol.is_superuser) == (True, True)


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("alice",), "there is a user 'alice' already"),
        (("a b",), "username"),
        (("carol", "--email", "nowhere"), "email"),
        ((), "required: NAME"),
    ],
)
def test_a_user_who_cannot_be_is_refused(
    alice: User, refused: Refused, arguments: tuple[str, ...], reason: str
) -> None:
    assert reason in refused("users", "add", *arguments)
    assert User.objects.count() == 1


def test_a_user_is_changed_as_far_as_is_said(alice: User, manage: Manage) -> None:
    manage("users", "update", "alice", "--staff", "--passwd", "another-one")
    alice.refresh_from_db()
    assert (alice.is_staff, alice.is_active, alice.is_superuser) == (True, True, False)
    assert alice.email == "alice@example.com"
    assert alice.check_password("another-one")
    manage("users", "update", "--not-staff", "--not-active", "--superuser", "alice")
    alice.refresh_from_db()
    assert (alice.is_staff, alice.is_active, alice.is_superuser) == (False, False, True)


def test_an_option_and_its_contrary_are_refused(alice: User, refused: Refused) -> None:
    assert "not allowed with" in refused("users", "update", "alice", "--staff", "--not-staff")
    assert "no user 'bob'" in refused("users", "update", "bob", "--staff")


def test_users_are_listed(alice: User, bob: User, manage: Manage) -> None:
    User.objects.filter(pk=bob.pk).update(is_active=False)
    User.objects.filter(pk=alice.pk).update(first_name="Alice", last_name="Liddell")
    assert manage("users", "list") == ["Users:", "* alice (Alice Liddell)"]
    assert manage("users", "list", "--all") == ["Users:", "* alice (Alice Liddell)", "* bob"]
    assert manage("users", "list", "--all", "--csv") == [
        "username,fullname,email,is_active,is_staff,is_superuser",
        "alice,Alice Liddell,alice@example.com,True,False,False",
        "bob,,bob@example.com,False,False,False",
    ]


def test_a_user_is_shown(alice: User, manage: Manage, refused: Refused) -> None:
    alice.groups.add(Group.objects.create(name="lab"))
    lines = manage("users", "details", "alice")
    assert "email       : alice@example.com" in lines
    assert "groups      : lab" in lines
    assert "no user 'nobody'" in refused("users", "details", "nobody")


def test_a_user_becomes_a_superuser(alice: User, manage: Manage, refused: Refused) -> None:
    manage("authorize_superuser", "--username", "alice")
    alice.refresh_from_db()
    assert (alice.is_superuser, alice.is_staff) == (True, True)
    assert "no user 'nobody'" in refused("authorize_superuser", "--username", "nobody")


def test_a_group_is_added_with_members_who_may_submit(
    alice: User, bob: User, manage: Manage
) -> None:
    manage("groups", "add", "lab", "--username", "alice", "--submitting")
    manage("groups", "update", "--username", "bob", "lab")
    manage("groups", "add", "others")
    assert manage("groups", "list") == ["Groups:", "* lab", "* others"]
    assert manage("groups", "list", "--verbose") == [
        "Groups:",
        "* lab",
        "  members: alice, bob",
        "  permissions: lava_scheduler_app.device.submit_to_device, "
        "lava_scheduler_app.devicetype.submit_to_devicetype",
        "* others",
        "  members:",
        "  permissions:",
    ]
    assert bob.has_perm("lab.submit_to_device")


def test_a_group_is_added_whole_or_not_at_all(alice: User, refused: Refused) -> None:
    assert "no user 'nobody'" in refused("groups", "add", "lab", "--username", "nobody")
    assert not Group.objects.exists()
    assert "no group 'lab'" in refused("groups", "update", "lab")
    Group.objects.create(name="lab")
    assert "there is a group 'lab' already" in refused("groups", "add", "lab")


def test_the_command_line_s_changes_are_in_the_audit_log(alice: User, manage: Manage) -> None:
    manage("users", "update", "alice", "--email", "a@lab.org", "--passwd", "never-to-be-seen")
    entry = Entry.objects.get()
    assert (entry.who, entry.via, entry.act, entry.subject) == ("", "command", "change", "alice")
    assert entry.changes["email"] == ["alice@example.com", "a@lab.org"]
    assert "never-to-be-seen" not in str(entry.changes)


def test_what_steers_a_terminal_is_escaped(alice: User, manage: Manage) -> None:
    User.objects.filter(pk=alice.pk).update(first_name="\x1b[31mred\nline")
    assert manage("users", "list") == ["Users:", r"* alice (\x1b[31mred\nline)"]
    assert manage("users", "list", "--csv")[1] == r'alice,"\x1b[31mred'
