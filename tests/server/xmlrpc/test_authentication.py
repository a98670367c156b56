"""Who is asking: a token in the Authorization header, else the browser's session, else nobody."""

from __future__ import annotations

import base64
import xmlrpc.client
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import User
from django.test import Client

from pumice.server.accounts.models import Token

if TYPE_CHECKING:
    from .conftest import Answer, Rpc

WHOAMI = xmlrpc.client.dumps((), "system.whoami").encode()
Basic = Callable[[str, str], str]
REALM = 'Basic realm="XML-RPC Authentication token"'


def whoami(answer: Answer) -> str | None:
    assert answer.status == 200
    return xmlrpc.client.loads(answer.body)[0][0]


def coded(text: bytes) -> str:
    return "Basic " + base64.b64encode(text).decode()


def test_without_a_header_nobody_asks(rpc: Rpc) -> None:
    assert whoami(rpc.request(WHOAMI)) is None


def test_a_token_names_its_owner(rpc: Rpc, alice: User) -> None:
    assert whoami(rpc.request(WHOAMI, HTTP_AUTHORIZATION=rpc.header_of(alice))) == "alice"


def test_the_use_of_a_token_is_noted(rpc: Rpc, alice: User) -> None:
    header = rpc.header_of(alice)
    assert Token.objects.get(user=alice).last_used_on is None
    rpc.request(WHOAMI, HTTP_AUTHORIZATION=header)
    assert Token.objects.get(user=alice).last_used_on is not None


@pytest.mark.parametrize(
    ("header", "text"),
    [
        ("Basic", "Invalid HTTP_AUTHORIZATION header"),
        ("", "Invalid HTTP_AUTHORIZATION header"),
        ("Token abc", "Unsupported HTTP_AUTHORIZATION header, only Basic scheme is supported"),
        ("basic YTpi", "Unsupported HTTP_AUTHORIZATION header, only Basic scheme is supported"),
        (coded(b"a:\xff"), "Corrupted HTTP_AUTHORIZATION header, bad base64 encoding"),
        ("Basic YTp", "Corrupted HTTP_AUTHORIZATION header, bad base64 encoding"),
        ("Basic \xe9", "Corrupted HTTP_AUTHORIZATION header, bad base64 encoding"),
        (coded(b"alice"), "Corrupted HTTP_AUTHORIZATION header, no user:pass"),
    ],
)
def test_a_malformed_header_is_refused_with_400(rpc: Rpc, header: str, text: str) -> None:
    answer = rpc.request(WHOAMI, HTTP_AUTHORIZATION=header)
    assert (answer.status, answer.body.decode()) == (400, text)
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize("secret", ["wrong", "", "secret-of-alice"])
def test_a_wrong_token_is_refused_with_401(
    rpc: Rpc, alice: User, secret: str, basic: Basic
) -> None:
    answer = rpc.request(WHOAMI, HTTP_AUTHORIZATION=basic("alice", secret))
    assert (answer.status, answer.body) == (401, b"Invalid token")
    assert answer.headers["WWW-Authenticate"] == REALM


def test_the_token_of_another_user_is_refused(
    rpc: Rpc, alice: User, bob: User, token_of: Callable[[User], str], basic: Basic
) -> None:
    answer = rpc.request(WHOAMI, HTTP_AUTHORIZATION=basic("alice", token_of(bob)))
    assert answer.status == 401


def test_the_token_of_an_inactive_user_is_refused(rpc: Rpc, alice: User) -> None:
    header = rpc.header_of(alice)
    alice.is_active = False
    alice.save()
    assert rpc.request(WHOAMI, HTTP_AUTHORIZATION=header).status == 401


def test_a_token_may_hold_colons(rpc: Rpc, alice: User, basic: Basic) -> None:
    from pumice.server.accounts import tokens

    tokens.create(alice, secret="a:b:c")
    answer = rpc.request(WHOAMI, HTTP_AUTHORIZATION=basic("alice", "a:b:c"))
    assert whoami(answer) == "alice"


def test_a_session_cookie_names_the_signed_in_user(rpc: Rpc, alice: User, client: Client) -> None:
    client.force_login(alice)
    cookie = client.cookies["sessionid"].OutputString()
    assert whoami(rpc.request(WHOAMI, HTTP_COOKIE=cookie)) == "alice"


def test_a_header_counts_more_than_a_session(
    rpc: Rpc, alice: User, client: Client, basic: Basic
) -> None:
    client.force_login(alice)
    cookie = client.cookies["sessionid"].OutputString()
    answer = rpc.request(WHOAMI, HTTP_COOKIE=cookie, HTTP_AUTHORIZATION=basic("alice", "wrong"))
    assert answer.status == 401
