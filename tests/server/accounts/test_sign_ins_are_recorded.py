"""Signing in, and failing to, is in the record of changes; passwords are not."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.test import Client

from pumice.server.audit.models import Entry

SIGN_IN = "/accounts/login/"


def told() -> list[tuple[str, str, str, str, str]]:
    fields = ("who", "act", "subject", "via", "address")
    return list(Entry.objects.order_by("id").values_list(*fields))


def test_who_signs_in_is_noted_and_from_where(client: Client, alice: User) -> None:
    form = {"username": "alice", "password": "secret-of-alice"}
    client.post(SIGN_IN, form, REMOTE_ADDR="192.0.2.7")
    assert told() == [("alice", "sign in", "alice", "web", "192.0.2.7")]


def test_who_fails_is_noted_without_what_they_typed(client: Client, alice: User) -> None:
    client.post(SIGN_IN, {"username": "alice", "password": "my-cat"})
    client.post(SIGN_IN, {"username": "my-cat-in-the-name", "password": "my-cat"})
    assert told() == [
        ("", "fail to sign in", "alice", "web", "127.0.0.1"),
        ("", "fail to sign in", "an unknown user", "web", "127.0.0.1"),
    ]
    assert "my-cat" not in str(list(Entry.objects.values()))


def test_the_password_of_an_inactive_user_is_as_wrong_as_any(client: Client, alice: User) -> None:
    alice.is_active = False
    alice.save()
    page = client.post(SIGN_IN, {"username": "alice", "password": "secret-of-alice"})
    assert "do not match" in page.content.decode()
    assert [entry[1] for entry in told()] == ["fail to sign in"]


def test_a_session_that_a_program_makes_is_no_sign_in(client: Client, alice: User) -> None:
    client.force_login(alice)
    assert told() == []
