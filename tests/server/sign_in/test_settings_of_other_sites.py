"""LAVA's settings for other sites, and what is wrong with them."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from pumice.server.settings.load import InvalidSettings
from pumice.server.settings.sites import are_used, outside
from pumice.server.settings.table import SETTINGS

OIDC = {
    "OIDC_RP_CLIENT_ID": "lab",
    "OIDC_RP_CLIENT_SECRET": "secret",
    "OIDC_OP_AUTHORIZATION_ENDPOINT": "https://sso.example.com/authorize",
    "OIDC_OP_TOKEN_ENDPOINT": "https://sso.example.com/token",
}


def values(**given: Any) -> dict[str, Any]:
    return {setting.name: setting.default for setting in SETTINGS} | given


def test_nothing_is_loaded_where_nothing_is_set(db: None) -> None:
    assert not are_used(values())
    assert not [app for app in settings.INSTALLED_APPS if "allauth" in app or "oidc" in app]
    assert "sign in with" not in Client().get("/accounts/login/").content.decode()
    assert Client().get("/oidc/authenticate/").status_code == 404


def test_endpoints_can_be_said_one_by_one() -> None:
    found = outside(values(AUTH_OIDC={**OIDC, "OIDC_RP_SCOPES": "openid email"}))
    assert found["SIGN_IN_SITES"] == [("OpenID Connect", "/oidc/authenticate/")]
    (app,) = found["SOCIALACCOUNT_PROVIDERS"]["oidc"]["APPS"]
    assert app["settings"]["scope"] == ["openid", "email"]
    assert app["settings"]["endpoints"] == {
        "authorization_endpoint": "https://sso.example.com/authorize",
        "token_endpoint": "https://sso.example.com/token",
    }


def test_a_gitlab_is_set_up_by_its_address() -> None:
    found = outside(values(AUTH_GITLAB_URL="https://gitlab.example.com/"))
    assert found["SIGN_IN_SITES"] == [("GitLab", "/accounts/gitlab/login/")]
    assert found["SOCIALACCOUNT_PROVIDERS"] == {
        "gitlab": {"GITLAB_URL": "https://gitlab.example.com", "SCOPE": ["read_user"]}
    }


@pytest.mark.parametrize("key", OIDC)
def test_a_provider_needs_all_of_these(key: str) -> None:
    given = {name: value for name, value in OIDC.items() if name != key}
    with pytest.raises(InvalidSettings, match=f"AUTH_OIDC: {key} is missing"):
        outside(values(AUTH_OIDC=given))


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"AUTH_OIDC": {**OIDC, "OIDC_COLOUR": "blue"}}, "no key OIDC_COLOUR"),
        ({"AUTH_OIDC": {**OIDC, "OIDC_RP_SIGN_ALGO": "RS256"}}, "needs OIDC_OP_JWKS_ENDPOINT"),
        ({"AUTH_SOCIALACCOUNT": {"myspace": {}}}, "myspace is none of gitlab, github"),
        ({"AUTH_SOCIALACCOUNT": {"github": "x"}}, "github must be a map"),
    ],
)
def test_what_is_wrong_is_said(given: dict[str, Any], error: str) -> None:
    with pytest.raises(InvalidSettings, match=error):
        outside(values(**given))
