"""LAVA's settings for signing in at other sites, as django-allauth takes them.

Nothing of django-allauth is loaded where none of AUTH_OIDC, AUTH_SOCIALACCOUNT and AUTH_GITLAB_URL
is set.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pumice.server.settings.load import InvalidSettings

MIDDLEWARE = "allauth.account.middleware.AccountMiddleware"
OIDC = "oidc"

_APPS = ["allauth", "allauth.account", "allauth.socialaccount"]
_NAMES = {"gitlab": "GitLab", "github": "GitHub"}
_ENDPOINTS = {
    "authorization_endpoint": "OIDC_OP_AUTHORIZATION_ENDPOINT",
    "token_endpoint": "OIDC_OP_TOKEN_ENDPOINT",
    "userinfo_endpoint": "OIDC_OP_USER_ENDPOINT",
    "jwks_uri": "OIDC_OP_JWKS_ENDPOINT",
    "issuer": "OIDC_OP_ISSUER",
}
_FOUND = "OIDC_OP_DISCOVERY_ENDPOINT"
_NEEDED = ("OIDC_RP_CLIENT_ID", "OIDC_RP_CLIENT_SECRET")
_OPTIONS = (
    "OIDC_RP_SCOPES",
    "OIDC_RP_SIGN_ALGO",
    "OIDC_CREATE_USER",
    "OIDC_TOKEN_USE_BASIC_AUTH",
    "OIDC_USE_PKCE",
)
_ALLAUTH = {
    "SOCIALACCOUNT_ADAPTER": "pumice.server.web.accounts.outside.Adapter",
    "SOCIALACCOUNT_AUTO_SIGNUP": True,
    "SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT": True,
    "SOCIALACCOUNT_EMAIL_VERIFICATION": "none",
    "SOCIALACCOUNT_QUERY_EMAIL": True,
    "SOCIALACCOUNT_REQUESTS_TIMEOUT": 10,
    "ACCOUNT_EMAIL_VERIFICATION": "none",
    "ACCOUNT_LOGIN_METHODS": {"username"},
    "ACCOUNT_RATE_LIMITS": False,
    "ACCOUNT_SIGNUP_FIELDS": ["username*"],
}


def are_used(values: Mapping[str, Any]) -> bool:
    """Whether people can sign in at another site."""
    return bool(values["AUTH_OIDC"] or values["AUTH_SOCIALACCOUNT"] or values["AUTH_GITLAB_URL"])


def outside(values: Mapping[str, Any]) -> dict[str, Any]:
    """Django's settings for it; ``SIGN_IN_APPS`` are to be installed. Raises InvalidSettings."""
    providers = _providers(values)
    apps = [*_APPS, *(f"allauth.socialaccount.providers.{name}" for name in providers)]
    buttons = [(_NAMES[name], f"/accounts/{name}/login/") for name in providers]
    paths = [address for _, address in buttons]
    if values["AUTH_OIDC"]:
        providers[OIDC] = _oidc(values["AUTH_OIDC"], values["LAVA_OIDC_ACCOUNT_NAME"])
        apps.append("pumice.server.web.oidc")
        buttons.insert(0, (values["LAVA_OIDC_ACCOUNT_NAME"], "/oidc/authenticate/"))
        paths.append("/oidc")
    return {
        **_ALLAUTH,
        "SOCIALACCOUNT_PROVIDERS": providers,
        "SIGN_IN_APPS": apps,
        "SIGN_IN_SITES": buttons,
        "SIGN_IN_PATHS": paths,
    }


def _providers(values: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    providers: dict[str, dict[str, Any]] = {}
    for name, given in values["AUTH_SOCIALACCOUNT"].items():
        if name not in _NAMES:
            raise InvalidSettings(f"AUTH_SOCIALACCOUNT: {name} is none of {', '.join(_NAMES)}")
        if not isinstance(given, dict):
            raise InvalidSettings(f"AUTH_SOCIALACCOUNT: {name} must be a map, with APP in it")
        providers[name] = dict(given)
    if values["AUTH_GITLAB_URL"]:
        url = str(values["AUTH_GITLAB_URL"]).rstrip("/")
        gitlab = {"GITLAB_URL": url, "SCOPE": list(values["AUTH_GITLAB_SCOPE"])}
        providers["gitlab"] = {**gitlab, **providers.get("gitlab", {})}
    return providers


def _oidc(given: Mapping[str, Any], name: str) -> dict[str, Any]:
    known = {*_NEEDED, *_OPTIONS, *_ENDPOINTS.values(), _FOUND}
    unknown = sorted(set(map(str, given)) - known)
    if unknown:
        raise InvalidSettings(f"AUTH_OIDC: there is no key {unknown[0]}")
    missing = [key for key in _NEEDED if not given.get(key)]
    if not given.get(_FOUND):
        missing += [
            _ENDPOINTS[key]
            for key in ("authorization_endpoint", "token_endpoint")
            if not given.get(_ENDPOINTS[key])
        ]
    if missing:
        raise InvalidSettings(f"AUTH_OIDC: {missing[0]} is missing")
    algorithm = str(given.get("OIDC_RP_SIGN_ALGO", "HS256"))
    endpoints = {key: str(given[name]) for key, name in _ENDPOINTS.items() if given.get(name)}
    if not algorithm.startswith("HS") and "jwks_uri" not in endpoints and not given.get(_FOUND):
        raise InvalidSettings(f"AUTH_OIDC: {algorithm} needs OIDC_OP_JWKS_ENDPOINT")
    basic = given.get("OIDC_TOKEN_USE_BASIC_AUTH", False)
    settings = {
        "server_url": str(given.get(_FOUND, "")),
        "endpoints": endpoints,
        "algorithm": algorithm,
        "creates_users": bool(given.get("OIDC_CREATE_USER", True)),
        "scope": str(given.get("OIDC_RP_SCOPES", "openid profile email")).split(),
        "oauth_pkce_enabled": bool(given.get("OIDC_USE_PKCE", True)),
        "token_auth_method": "client_secret_basic" if basic else "client_secret_post",
    }
    return {
        "APPS": [
            {
                "provider_id": OIDC,
                "name": name,
                "client_id": str(given["OIDC_RP_CLIENT_ID"]),
                "secret": str(given["OIDC_RP_CLIENT_SECRET"]),
                "settings": settings,
            }
        ]
    }
