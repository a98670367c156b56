"""Who guesses is stopped after some failures; working programs and other people are not."""

from __future__ import annotations

import xmlrpc.client
from base64 import b64encode
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from pumice.server.accounts import tokens
from pumice.server.accounts.models import FailedAttempts
from pumice.server.audit.models import Entry

WHOAMI = xmlrpc.client.dumps((), "system.whoami")
SIGN_IN = "/accounts/login/"


@pytest.fixture(autouse=True)
def few(settings: Settings) -> None:
    settings.FAILED_ATTEMPTS_PER_USER = 3
    settings.FAILED_ATTEMPTS_PER_ADDRESS = 5


def call(username: str, secret: str, address: str = "192.0.2.1") -> int:
    coded = b64encode(f"{username}:{secret}".encode()).decode()
    answer = Client().post(
        "/RPC2",
        WHOAMI,
        "text/xml",
        HTTP_AUTHORIZATION=f"Basic {coded}",
        REMOTE_ADDR=address,
    )
    return answer.status_code


def sign_in(username: str, password: str, address: str = "192.0.2.1") -> int:
    form = {"username": username, "password": password}
    return Client().post(SIGN_IN, form, REMOTE_ADDR=address).status_code


@pytest.mark.parametrize("username", ["alice", "nobody", "a\0b"])
def test_wrong_tokens_are_told_to_wait(alice: User, username: str) -> None:
    answers = [call(username, f"wrong-token-number-{n}") for n in range(5)]
    assert answers == [401, 401, 429, 429, 429]
    assert call("bob", "another-wrong-token") == 401


def test_a_right_token_works_all_the_same(alice: User, token_of: Callable[[User], str]) -> None:
    secret = token_of(alice)
    for username in ("alice", "alice", "alice", "x", "y", "z"):
        call(username, "wrong-token-of-some-length")
    assert call("z", "wrong-token-of-some-length") == 429
    assert call("alice", secret) == 200


def test_a_token_that_could_be_guessed_does_not(alice: User) -> None:
    tokens.create(alice, secret="short")
    assert call("alice", "short") == 200
    for _ in range(3):
        call("alice", "wrong", "198.51.100.9")
    assert call("alice", "short") == 429


def test_a_success_writes_no_count(alice: User, token_of: Callable[[User], str]) -> None:
    secret = token_of(alice)
    for _ in range(9):
        assert call("alice", secret) == 200
    assert not FailedAttempts.objects.exists()


def test_many_users_from_one_address_are_one_guesser(alice: User) -> None:
    answers = [sign_in(f"user-{n}", "guess") for n in range(5)]
    assert answers == [200, 200, 200, 200, 200]
    assert sign_in("alice", "secret-of-alice") == 429
    assert sign_in("alice", "secret-of-alice", "192.0.2.2") == 302


def test_one_network_is_one_address(alice: User) -> None:
    for n in range(5):
        sign_in(f"user-{n}", "guess", f"2001:db8::{n}:1")
    assert sign_in("alice", "secret-of-alice", "2001:db8::ffff") == 429
    assert sign_in("alice", "secret-of-alice", "2001:db8:0:1::1") == 302


def test_the_page_says_when_to_come_back(alice: User) -> None:
    for n in range(3):
        assert sign_in("alice", "guess", f"192.0.2.{n}") == 200
    page = Client().post(SIGN_IN, {"username": "alice", "password": "secret-of-alice"})
    assert page.status_code == 429
    assert "try again in 5 minutes" in page.content.decode()
    assert 0 < int(page.headers["Retry-After"]) <= 300


def test_failures_are_forgotten(alice: User) -> None:
    for _ in range(3):
        sign_in("alice", "guess")
    assert sign_in("alice", "secret-of-alice") == 429
    FailedAttempts.objects.update(since=timezone.now() - timedelta(minutes=5))
    assert sign_in("alice", "secret-of-alice") == 302
    assert sign_in("bob", "guess") == 200
    assert FailedAttempts.objects.count() == 2, "old counts are cleared away"


def test_wrong_tokens_close_no_page_and_no_worker_s_door(alice: User) -> None:
    for n in range(9):
        call("alice", f"wrong-token-number-{n}")
    assert sign_in("alice", "secret-of-alice") == 302


def test_workers_with_a_wrong_password_close_their_own_door_alone(alice: User) -> None:
    def register(password: str) -> int:
        body = {"name": "w", "username": "alice", "password": password}
        return Client().post("/scheduler/internal/v1/workers/", body).status_code

    assert [register("guess") for _ in range(4)] == [403, 403, 429, 429]
    assert register("secret-of-alice") == 429
    assert sign_in("alice", "secret-of-alice", "127.0.0.1") == 302


def test_nothing_is_written_while_there_are_too_many(alice: User) -> None:
    for _ in range(3):
        sign_in("alice", "guess")
    before = (list(FailedAttempts.objects.order_by("pk").values()), Entry.objects.count())
    for _ in range(3):
        sign_in("alice", "guess")
    assert before == (
        list(FailedAttempts.objects.order_by("pk").values()),
        Entry.objects.count(),
    )


def test_the_record_says_who_was_stopped_and_no_more(alice: User) -> None:
    for n in range(5):
        sign_in("alice" if n < 3 else "my-secret-in-the-wrong-field", "guess-17")
    entries = list(Entry.objects.order_by("id"))
    told = [(entry.act, entry.subject, entry.address) for entry in entries if entry.act == "lock"]
    assert told == [("lock", "alice", "192.0.2.1"), ("lock", "192.0.2.1", "192.0.2.1")]
    text = str([list(Entry.objects.values()), list(FailedAttempts.objects.values())])
    assert "guess-17" not in text
    assert "wrong-field" not in text


def test_zero_is_no_limit(alice: User, settings: Settings) -> None:
    settings.FAILED_ATTEMPTS_PER_USER = settings.FAILED_ATTEMPTS_PER_ADDRESS = 0
    for _ in range(9):
        assert sign_in("alice", "guess") == 200
    assert sign_in("alice", "secret-of-alice") == 302
    assert not FailedAttempts.objects.exists()
