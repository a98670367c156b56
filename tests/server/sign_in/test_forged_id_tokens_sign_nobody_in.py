"""Who somebody is stands in the id token, and only the provider can have written it."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from time import time
from typing import TYPE_CHECKING, Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

if TYPE_CHECKING:
    from .conftest import Browser, Site

BEGIN = "/oidc/authenticate/"


def _part(data: object) -> str:
    return urlsafe_b64encode(json.dumps(data).encode()).decode().rstrip("=")


def _unsigned(site: Site, claims: dict[str, Any]) -> str:
    return f"{_part({'alg': 'none', 'kid': 'one'})}.{_part(claims)}."


def _by_another_key(site: Site, claims: dict[str, Any]) -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return jwt.encode(claims, key, "RS256", {"kid": "one"})


def _by_an_unknown_key(site: Site, claims: dict[str, Any]) -> str:
    return jwt.encode(claims, site.key, "RS256", {"kid": "two"})


def _by_the_public_key_as_a_secret(site: Site, claims: dict[str, Any]) -> str:
    public = site.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return jwt.encode(claims, public, "HS256", {"kid": "one"})


def _by_the_client_s_secret(site: Site, claims: dict[str, Any]) -> str:
    secret = "a-secret-of-the-lab-and-the-site-alone"
    return jwt.encode(claims, secret, "HS256", {"kid": "one"})


def _nonsense(site: Site, claims: dict[str, Any]) -> str:
    return "a.b.c"


def _nothing(site: Site, claims: dict[str, Any]) -> None:
    return None


@pytest.mark.parametrize(
    "forge",
    [
        _unsigned,
        _by_another_key,
        _by_an_unknown_key,
        _by_the_public_key_as_a_secret,
        _by_the_client_s_secret,
        _nonsense,
        _nothing,
    ],
    ids=lambda forge: forge.__name__.strip("_"),
)
def test_an_id_token_that_is_not_the_provider_s(browser: Browser, site: Site, forge: Any) -> None:
    site.signed = lambda claims: forge(site, claims)
    answer = browser.go(BEGIN)
    assert (answer.status_code, "did not work" in answer.text) == (401, True)
    assert browser.who() is None


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "another-client"},
        {"iss": "https://evil.example"},
        {"exp": int(time()) - 3600},
        {"sub": "2"},
    ],
    ids=["for another client", "of another provider", "that has expired", "of another person"],
)
def test_an_id_token_that_is_not_for_us(
    browser: Browser, site: Site, claims: dict[str, Any]
) -> None:
    site.claims = claims
    assert browser.go(BEGIN).status_code == 401
    assert browser.who() is None


@pytest.mark.parametrize(
    "person",
    [
        ["x"],
        {"sub": ["x"]},
        {"sub": "x" * 10_000},
        {"sub": "1", "preferred_username": 5},
        {"id": 1},
    ],
)
def test_nonsense_instead_of_a_person(browser: Browser, site: Site, person: Any) -> None:
    site.person = person
    assert browser.go(BEGIN).status_code in (401, 502)
    assert browser.who() is None
