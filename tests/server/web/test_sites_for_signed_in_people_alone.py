"""REQUIRE_LOGIN: who is not signed in is led to the sign-in page, but for what must stay open."""

from __future__ import annotations

import io
import xmlrpc.client
from base64 import b64encode
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from pytest_django import Settings

from pumice.server.site.handlers import Handlers

WHOAMI = xmlrpc.client.dumps((), "system.whoami").encode()
Ask = Callable[..., tuple[int, str]]


@pytest.fixture
def closed(settings: Settings) -> None:
    settings.REQUIRE_LOGIN = True


@pytest.fixture
def ask(db: None) -> Iterator[Ask]:
    """Ask the whole site, through the handlers of its web processes."""
    # A request closes connections that are old; the test's own connection is none of its business.
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)

    def act(path: str, body: bytes = b"", **headers: str) -> tuple[int, str]:
        environ: dict[str, Any] = {
            "REQUEST_METHOD": "POST" if body else "GET",
            "SCRIPT_NAME": "",
            "PATH_INFO": path,
            "QUERY_STRING": "",
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "192.0.2.1",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": io.StringIO(),
            **headers,
        }
        answer: list[Any] = []

        def start(status: str, headers: list[tuple[str, str]], exc: object = None) -> None:
            answer[:] = [int(status[:3]), dict(headers).get("Location", "")]

        Handlers()(environ, start).close()
        return (answer[0], answer[1])

    yield act
    for signal in signals:
        signal.connect(close_old_connections)


def basic(text: str) -> str:
    return "Basic " + b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    "path",
    ["/", "/accounts/login/", "/v1/healthz", "/static/built/manifest.json"],
)
def test_some_pages_stay_open(closed: None, ask: Ask, path: str) -> None:
    assert ask(path)[0] == 200


def test_doors_of_workers_ask_for_their_own_tokens(closed: None, ask: Ask) -> None:
    assert ask("/scheduler/internal/v1/workers/nobody/")[0] == 404


@pytest.mark.parametrize(
    "path",
    [
        "/scheduler/alljobs",
        "/api/help/",
        "/api/tokens/",
        "/results/1",
        "/nowhere",
        "/RPC2",
        "/RPC2/",
        "//RPC2",
        "/v1/healthzx",
        "/accounts/login/x",
    ],
)
def test_all_else_asks_to_sign_in(closed: None, ask: Ask, path: str) -> None:
    wanted = path.replace("//", "/")
    assert ask(path) == (302, f"/accounts/login/?next={wanted}")


def test_calls_need_a_token(
    closed: None, ask: Ask, alice: User, token_of: Callable[[User], str]
) -> None:
    secret = token_of(alice)
    assert ask("/RPC2", WHOAMI)[0] == 302
    assert ask("/RPC2", WHOAMI, HTTP_AUTHORIZATION=basic(f"alice:{secret}"))[0] == 200
    assert ask("/RPC2", WHOAMI, HTTP_AUTHORIZATION=basic("alice:wrong"))[0] == 302
    assert ask("/RPC2", WHOAMI, HTTP_AUTHORIZATION=basic("alice"))[0] == 302
    # The gate asks for any token; the door behind it then has its own say.
    assert ask("/RPC2", WHOAMI, HTTP_AUTHORIZATION=basic(f"bob:{secret}"))[0] == 401
    assert ask("/RPC2", WHOAMI, HTTP_AUTHORIZATION=f"Token {secret}")[0] == 400


def test_a_token_opens_the_api_and_no_page(
    closed: None, ask: Ask, alice: User, token_of: Callable[[User], str]
) -> None:
    for header in (f"Token {token_of(alice)}", basic(f"alice:{token_of(alice)}")):
        assert ask("/api/help/", HTTP_AUTHORIZATION=header)[0] == 200
        assert ask("/scheduler/alljobs", HTTP_AUTHORIZATION=header)[0] == 302
    for header in ("Token wrong", "Token", "Token ", "Bearer x"):
        assert ask("/api/help/", HTTP_AUTHORIZATION=header)[0] == 302


def test_the_token_of_an_inactive_user_opens_nothing(
    closed: None, ask: Ask, alice: User, token_of: Callable[[User], str]
) -> None:
    header = f"Token {token_of(alice)}"
    alice.is_active = False
    alice.save()
    assert ask("/api/help/", HTTP_AUTHORIZATION=header)[0] == 302


def test_who_is_signed_in_goes_everywhere(
    closed: None, ask: Ask, alice: User, client: Client
) -> None:
    client.force_login(alice)
    cookie = client.cookies["sessionid"].OutputString()
    assert ask("/scheduler/alljobs", HTTP_COOKIE=cookie)[0] == 200
    assert ask("/RPC2", WHOAMI, HTTP_COOKIE=cookie)[0] == 200


def test_single_paths_can_be_closed(ask: Ask, settings: Settings) -> None:
    settings.REQUIRE_LOGIN_PATHS = ("/scheduler/", "/RPC2")
    assert ask("/scheduler/alljobs")[0] == 302
    assert ask("/RPC2", WHOAMI)[0] == 302
    assert ask("/scheduler/internal/v1/workers/nobody/")[0] == 404
    assert ask("/api/help/")[0] == 200


def test_an_open_site_asks_nobody(ask: Ask) -> None:
    assert ask("/scheduler/alljobs")[0] == 200
    assert ask("/RPC2", WHOAMI)[0] == 200
