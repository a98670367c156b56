"""/api/tokens/: one's own tokens; the secret is shown once."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from pumice.server.accounts import tokens
from pumice.server.accounts.models import Scope, Token
from pumice.server.audit.models import Entry

TOKENS = "/api/tokens/"


@pytest.fixture
def signed_in(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


def shown_secret(page: str) -> str | None:
    found = re.search(r'<code id="secret"[^>]*>([^<]+)</code>', page)
    return found[1] if found else None


def test_the_secret_of_a_new_token_is_shown_once(signed_in: Client, alice: User) -> None:
    response = signed_in.post(f"{TOKENS}create/", {"description": " my laptop "})
    assert (response.status_code, response.headers["Location"]) == (302, TOKENS)
    page = signed_in.get(TOKENS)
    secret = shown_secret(page.content.decode())
    assert secret is not None
    assert tokens.owner(secret) == alice
    assert "no-store" in page.headers["Cache-Control"]
    assert Token.objects.get(user=alice).description == "my laptop"
    assert secret not in signed_in.get(TOKENS).content.decode()


def test_a_token_can_do_less_and_end(signed_in: Client, alice: User) -> None:
    day = timezone.now().date() + timedelta(days=30)
    form = {"description": "ci", "scope": "submit", "expires": day.isoformat()}
    assert signed_in.post(f"{TOKENS}create/", form).status_code == 302
    token = Token.objects.get()
    assert token.scope == Scope.SUBMIT
    assert token.expires_on == datetime.combine(day + timedelta(days=1), time(), UTC)
    page = signed_in.get(TOKENS).content.decode()
    assert ">submit</td>" in page
    assert (day + timedelta(days=1)).isoformat() in page


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("scope", "everything"),
        ("expires", "soon"),
        ("expires", "2001-01-01"),
        ("expires", "9999-12-31"),
    ],
)
def test_what_a_token_cannot_be_is_said(signed_in: Client, field: str, value: str) -> None:
    answer = signed_in.post(f"{TOKENS}create/", {field: value})
    assert answer.status_code == 400
    assert 'role="alert"' in answer.content.decode()
    assert not Token.objects.exists()


def test_a_token_that_has_expired_says_so(signed_in: Client, alice: User) -> None:
    tokens.create(alice, expires_on=timezone.now())
    assert "has expired" in signed_in.get(TOKENS).content.decode()


def test_the_sealed_copy_can_be_left_out(
    signed_in: Client, alice: User, settings: Settings
) -> None:
    settings.TOKENS_RECOVERABLE = False
    signed_in.post(f"{TOKENS}create/", {})
    assert Token.objects.get().sealed == ""
    secret = shown_secret(signed_in.get(TOKENS).content.decode())
    assert secret is not None
    assert tokens.owner(secret) == alice


def test_what_is_done_to_tokens_is_recorded(signed_in: Client, alice: User) -> None:
    signed_in.post(f"{TOKENS}create/", {"description": "one", "scope": "read"})
    token = Token.objects.get()
    signed_in.post(f"{TOKENS}{token.pk}/edit/", {"description": "two"})
    signed_in.post(f"{TOKENS}{token.pk}/edit/", {"description": "two"})
    signed_in.post(f"{TOKENS}{token.pk}/delete/")
    tokens.create(alice, "three")
    signed_in.post(f"{TOKENS}delete_unused/")
    entries = list(Entry.objects.filter(kind="token", who="alice").order_by("id"))
    assert [entry.act for entry in entries] == ["add", "change", "delete", "delete"]
    assert entries[0].subject == f"alice/{token.pk}"
    assert entries[0].changes["scope"] == [None, "read"]
    assert entries[1].changes == {"description": ["one", "two"]}
    assert token.digest not in str(list(Entry.objects.values()))


def test_the_secret_stands_nowhere_in_clear(signed_in: Client) -> None:
    signed_in.post(f"{TOKENS}create/", {"description": ""})
    (session,) = Session.objects.all()
    waiting = str(session.get_decoded())
    secret = shown_secret(signed_in.get(TOKENS).content.decode())
    token = Token.objects.get()
    assert secret is not None
    assert secret not in waiting + token.digest + token.sealed


def test_own_tokens_are_listed_newest_first(signed_in: Client, alice: User, bob: User) -> None:
    for user, description in ((alice, "first"), (alice, ""), (bob, "of bob"), (alice, "<last>")):
        tokens.create(user, description)
    page = signed_in.get(TOKENS).content.decode()
    assert "Your tokens (3)" in page
    assert page.index("&lt;last&gt;") < page.index(">empty</td>") < page.index(">first</td>")
    assert "of bob" not in page
    assert page.count(">never</td>") == 3


def test_a_used_token_says_when(
    signed_in: Client, alice: User, token_of: Callable[[User], str]
) -> None:
    tokens.owner(token_of(alice))
    page = signed_in.get(TOKENS).content.decode()
    assert "never" not in page.replace("never used", "")
    assert "ago</time>" in page


def test_a_description_can_be_changed(signed_in: Client, alice: User) -> None:
    token, secret = tokens.create(alice, "old")
    response = signed_in.post(f"{TOKENS}{token.pk}/edit/", {"description": "new"})
    assert response.status_code == 302
    assert Token.objects.get().description == "new"
    assert tokens.owner(secret) == alice


def test_a_description_that_is_too_long_changes_nothing(signed_in: Client, alice: User) -> None:
    token, _ = tokens.create(alice, "old")
    for path in ("create/", f"{token.pk}/edit/"):
        response = signed_in.post(TOKENS + path, {"description": "x" * 201})
        assert response.status_code == 400
        assert "at most 200 characters" in response.content.decode()
    assert [kept.description for kept in Token.objects.all()] == ["old"]


def test_a_revoked_token_signs_nobody_in(signed_in: Client, alice: User) -> None:
    token, secret = tokens.create(alice)
    assert signed_in.post(f"{TOKENS}{token.pk}/delete/").status_code == 302
    assert tokens.owner(secret) is None


def test_unused_tokens_are_revoked_together(signed_in: Client, alice: User, bob: User) -> None:
    _, used = tokens.create(alice, "used")
    tokens.owner(used)
    tokens.create(alice, "unused")
    tokens.create(bob, "unused too")
    assert "never used" in signed_in.get(TOKENS).content.decode()
    assert signed_in.post(f"{TOKENS}delete_unused/").status_code == 302
    assert {token.description for token in Token.objects.all()} == {"used", "unused too"}
    assert "delete_unused" not in signed_in.get(TOKENS).content.decode()


@pytest.mark.parametrize("act", ["edit", "delete"])
def test_the_token_of_another_user_does_not_exist(signed_in: Client, bob: User, act: str) -> None:
    token, _ = tokens.create(bob, "of bob")
    assert signed_in.post(f"{TOKENS}{token.pk}/{act}/", {"description": "x"}).status_code == 404
    assert signed_in.post(f"{TOKENS}{10**18 - 1}/{act}/").status_code == 404
    assert Token.objects.get().description == "of bob"


@pytest.mark.parametrize("path", ["create/", "1/edit/", "1/delete/", "delete_unused/"])
def test_a_link_changes_nothing(signed_in: Client, path: str) -> None:
    assert signed_in.get(TOKENS + path).status_code == 405


@pytest.mark.parametrize("path", ["create/", "delete_unused/"])
def test_a_foreign_page_changes_nothing(alice: User, path: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(alice)
    assert strict.post(TOKENS + path, {"description": "x"}).status_code == 403
    assert Token.objects.count() == 0


@pytest.mark.parametrize("path", ["", "create/", "1/edit/", "1/delete/", "delete_unused/"])
def test_who_is_not_signed_in_is_asked_to(db: None, client: Client, path: str) -> None:
    response = client.post(TOKENS + path) if path else client.get(TOKENS)
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/accounts/login/?next=/api/tokens/")
