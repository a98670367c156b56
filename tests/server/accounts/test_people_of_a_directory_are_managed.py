"""``addldapuser``, ``mergeldapuser`` and ``linaro_ldapuserlist``, with a real directory."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client

from pumice.server.accounts import tokens
from pumice.server.audit.models import Entry

pytestmark = pytest.mark.django_db
Ask = Callable[..., None]


def manage(*arguments: str) -> list[str]:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue().splitlines()


def refused(*arguments: str) -> str:
    with pytest.raises(CommandError) as caught:
        manage(*arguments)
    return str(caught.value)


def signs_in(username: str, password: str) -> bool:
    answer = Client().post("/accounts/login/", {"username": username, "password": password})
    return answer.status_code == 302


def test_a_person_is_added_before_they_sign_in(ask_directory: Ask) -> None:
    ask_directory()
    assert manage("addldapuser", "--username", "lewis") == ["The user lewis was added"]
    user = User.objects.get()
    assert (user.first_name, user.email, user.is_superuser) == ("Lewis", "lewis@example.com", False)
    assert signs_in("lewis", "of-lewis")
    manage("addldapuser", "--username", "charles", "--superuser")
    assert User.objects.get(username="charles").is_superuser
    assert "already" in refused("addldapuser", "--username", "lewis")
    assert "was not found in LDAP" in refused("addldapuser", "--username", "nobody")


def test_a_user_of_the_lab_becomes_one_of_the_directory(ask_directory: Ask, alice: User) -> None:
    ask_directory()
    _, secret = tokens.create(alice)
    manage("mergeldapuser", "--lava-user", "alice", "--ldap-user", "lewis")
    user = User.objects.get()
    assert (user.pk, user.username, user.email) == (alice.pk, "lewis", "lewis@example.com")
    assert tokens.owner(secret) == user
    assert signs_in("lewis", "of-lewis")
    assert not signs_in("lewis", "secret-of-alice")
    entry = Entry.objects.get(act="change", kind="user")
    assert (entry.subject, entry.via) == ("alice", "command")
    assert entry.changes["username"] == ["alice", "lewis"]


def test_a_name_that_another_user_has_is_refused(ask_directory: Ask, alice: User) -> None:
    ask_directory()
    manage("addldapuser", "--username", "lewis")
    merge = ("mergeldapuser", "--lava-user", "alice", "--ldap-user")
    assert "there is a user 'lewis' already" in refused(*merge, "lewis")
    assert "was not found in LDAP" in refused(*merge, "nobody")
    assert "no user 'bob'" in refused("mergeldapuser", "--lava-user", "bob", "--ldap-user", "x")
    assert User.objects.get(pk=alice.pk).check_password("secret-of-alice")


def test_people_of_a_list_are_added(ask_directory: Ask, alice: User, tmp_path: Path) -> None:
    ask_directory()
    names = tmp_path / "names"
    names.write_text("lewis, Lewis Carroll\n\nalice\ncharles\n")
    call = ("linaro_ldapuserlist", "--filename", str(names))
    assert manage(*call) == ["* lewis", "* alice [SKIP]", "* charles"]
    names.write_text("nobody\n")
    assert refused(*call) == "users who were not added: 1"
    names.write_bytes(b"\xff")
    assert "cannot be read" in refused(*call)
    names.unlink()
    assert "cannot be read" in refused(*call)


def test_without_a_directory_the_commands_say_so(alice: User, tmp_path: Path) -> None:
    names = tmp_path / "names"
    names.write_text("lewis\n")
    for call in (
        ("addldapuser", "--username", "lewis"),
        ("mergeldapuser", "--lava-user", "alice", "--ldap-user", "lewis"),
        ("linaro_ldapuserlist", "--filename", str(names)),
    ):
        assert "LDAP not configured" in refused(*call)
