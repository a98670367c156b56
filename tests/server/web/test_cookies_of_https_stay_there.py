"""Cookies that were set by HTTPS are never sent in the clear."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from pumice.server.accounts.addresses import scheme

FORM = {"username": "alice", "password": "secret-of-alice"}


@pytest.mark.parametrize("secure", [True, False])
def test_cookies_are_as_secure_as_the_request(client: Client, alice: User, secure: bool) -> None:
    client.get("/accounts/login/", secure=secure)
    answer = client.post("/accounts/login/", FORM, secure=secure)
    assert set(answer.cookies) == {"sessionid", "csrftoken"}
    assert {bool(cookie["secure"]) for cookie in answer.cookies.values()} == {secure}
    assert answer.cookies["sessionid"]["httponly"]
    assert answer.cookies["sessionid"]["samesite"] == "Lax"


@pytest.mark.parametrize(
    ("peer", "said", "found"),
    [
        ("127.0.0.1", "https", "https"),
        ("::1", "https", "https"),
        ("192.0.2.1", "https", "http"),
        ("127.0.0.1", "gopher", "http"),
        ("127.0.0.1", None, "http"),
    ],
)
def test_only_a_proxy_on_this_host_says_that_it_was_https(
    peer: str, said: str | None, found: str
) -> None:
    environ: dict[str, Any] = {"REMOTE_ADDR": peer, "wsgi.url_scheme": "http"}
    if said is not None:
        environ["HTTP_X_FORWARDED_PROTO"] = said
    assert scheme(environ) == found
