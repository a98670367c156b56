"""A browser's session calls methods from the site's own pages alone."""

from __future__ import annotations

import xmlrpc.client
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client

if TYPE_CHECKING:
    from .conftest import Rpc

BODY = xmlrpc.client.dumps((), "system.whoami").encode()


@pytest.fixture
def ask(rpc: Rpc, alice: User) -> Callable[..., tuple[int, str]]:
    """Makes the call as the browser in which alice is signed in, with further headers."""
    client = Client()
    client.force_login(alice)
    cookie = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"

    def act(**headers: str) -> tuple[int, str]:
        answer = rpc.request(BODY, HTTP_COOKIE=cookie, HTTP_HOST="lab.example.com", **headers)
        return answer.status, answer.body.decode()

    return act


@pytest.mark.parametrize(
    "headers",
    [
        {"HTTP_SEC_FETCH_SITE": "same-origin", "HTTP_ORIGIN": "https://lab.example.com"},
        {"HTTP_ORIGIN": "http://lab.example.com"},
        {},
    ],
)
def test_a_page_of_the_site_and_a_program_call_as_the_user(
    ask: Callable[..., tuple[int, str]], headers: dict[str, str]
) -> None:
    status, body = ask(**headers)
    assert status == 200
    assert "alice" in body


@pytest.mark.parametrize(
    "headers",
    [
        {"HTTP_SEC_FETCH_SITE": "cross-site", "HTTP_ORIGIN": "https://lab.example.com"},
        {"HTTP_SEC_FETCH_SITE": "same-site"},
        {"HTTP_SEC_FETCH_SITE": "none"},
        {"HTTP_ORIGIN": "http://wiki.example.com"},
        {"HTTP_ORIGIN": "http://lab.example.com.evil.org"},
        {"HTTP_ORIGIN": "null"},
    ],
)
def test_a_page_of_another_site_is_refused(
    ask: Callable[..., tuple[int, str]], headers: dict[str, str]
) -> None:
    status, body = ask(**headers)
    assert status == 403
    assert "alice" not in body


def test_without_a_session_it_does_not_matter_from_where_a_call_comes(rpc: Rpc) -> None:
    answer = rpc.request(BODY, HTTP_SEC_FETCH_SITE="cross-site", HTTP_HOST="lab.example.com")
    assert answer.status == 200


def test_a_token_counts_wherever_it_comes_from(rpc: Rpc, alice: User) -> None:
    header = rpc.header_of(alice)
    answer = rpc.request(BODY, HTTP_AUTHORIZATION=header, HTTP_SEC_FETCH_SITE="cross-site")
    assert b"alice" in answer.body
