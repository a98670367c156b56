"""``tokens``: made, listed without their secrets, taken away."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from pumice.server.accounts import tokens
from pumice.server.accounts.models import Token
from pumice.server.audit.models import Entry

Manage = Callable[..., list[str]]
Refused = Callable[..., str]


def test_the_secret_of_a_new_token_is_printed(alice: User, manage: Manage) -> None:
    (secret,) = manage("tokens", "add", "-u", "alice", "-d", "for CI")
    assert tokens.owner(secret) == alice
    assert Token.objects.get().description == "for CI"
    entry = Entry.objects.get()
    assert (entry.act, entry.kind, entry.via) == ("add", "token", "command")
    assert secret not in str(entry.changes)


def test_a_secret_may_be_brought_along(alice: User, manage: Manage, refused: Refused) -> None:
    arguments = ("tokens", "add", "--user", "alice", "--secret", "0123456789abcdef")
    assert manage(*arguments) == ["0123456789abcdef"]
    assert tokens.owner("0123456789abcdef") == alice
    assert "there is a token with this secret already" in refused(*arguments)
    assert "control character" in refused("tokens", "add", "-u", "alice", "--secret", "a\nb")
    assert "no user 'nobody'" in refused("tokens", "add", "-u", "nobody")
    assert Token.objects.count() == 1


def test_tokens_are_listed_without_secrets(alice: User, bob: User, manage: Manage) -> None:
    token, secret = tokens.create(alice, "for CI")
    tokens.create(bob, "another's")
    lines = manage("tokens", "list", "-u", "alice")
    assert lines == ["Tokens of alice:", f"* {token.pk} (admin, last used never) for CI"]
    head, row = manage("tokens", "list", "-u", "alice", "--csv")
    assert head == "id,description,scope,created_on,last_used_on,expires_on"
    assert row.startswith(f"{token.pk},for CI,admin,2")
    assert secret not in "".join((*lines, head, row))


def test_a_token_is_deleted_by_its_secret(alice: User, manage: Manage, refused: Refused) -> None:
    _, secret = tokens.create(alice)
    tokens.create(alice, "stays")
    assert "no token with this secret" in refused("tokens", "rm", "--token", "wrong")
    manage("tokens", "rm", "--token", secret)
    entry = Entry.objects.get(act="delete", kind="token")
    assert (entry.who, entry.via) == ("", "command")
    assert secret not in f"{entry.subject} {entry.changes} {entry.reason}"
    assert Token.objects.get().description == "stays"


@pytest.fixture
def old(alice: User) -> Token:
    """A token that nobody used for three years, beside one that was used today."""
    long_ago = timezone.now() - timedelta(days=1000)
    for name, used in (("old", None), ("used", timezone.now())):
        token, _ = tokens.create(alice, name)
        Token.objects.filter(pk=token.pk).update(created_on=long_ago, last_used_on=used)
    tokens.create(alice, "new")
    return Token.objects.get(description="old")


@pytest.mark.parametrize("answer", ["no\n", "\n", ""])
def test_unused_tokens_are_kept_without_a_yes(
    old: Token, refused: Refused, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    monkeypatch.setattr("sys.stdin", StringIO(answer))
    assert refused("tokens", "rm") == "nothing was done"
    assert Token.objects.count() == 3


def test_unused_tokens_are_deleted_after_a_yes(
    old: Token, manage: Manage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", StringIO("yes\n"))
    assert manage("tokens", "rm") == [
        f"* alice: {old.pk} old",
        "Delete these 1 tokens? [yes/no] Tokens: 1",
    ]
    assert set(Token.objects.values_list("description", flat=True)) == {"used", "new"}


def test_nothing_is_asked_where_nothing_is_old(
    old: Token, manage: Manage, refused: Refused
) -> None:
    assert manage("tokens", "rm", "-n", "1001") == ["Tokens: 0"]
    assert "number from 1" in refused("tokens", "rm", "-n", "0")
