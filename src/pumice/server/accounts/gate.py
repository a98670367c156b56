"""Sites and paths for signed-in people alone: REQUIRE_LOGIN and REQUIRE_LOGIN_PATHS."""

from __future__ import annotations

from django.conf import settings

OPEN = frozenset(
    {
        "/",
        "/accounts/login/",
        "/v1/healthz",
        "/v1/healthz/",
        "/api/v0.2/system/version",
        "/api/v0.2/system/version/",
    }
)
"""Paths that are open whatever the settings say."""

TOKENS_OPEN = ("/RPC2", "/api")
"""Begins of paths to which a token is enough."""

_WORKERS = "/scheduler/internal/v1"


def is_used() -> bool:
    """Whether anything is for signed-in people alone."""
    return bool(settings.REQUIRE_LOGIN or settings.REQUIRE_LOGIN_PATHS)


def is_closed(path: str) -> bool:
    """Whether the path is for signed-in people alone.

    Doors of workers, which have tokens of their own, and of other sites by which people sign in
    are not.
    """
    if not settings.REQUIRE_LOGIN and not path.startswith(settings.REQUIRE_LOGIN_PATHS):
        return False
    return path not in OPEN and not path.startswith((_WORKERS, *settings.SIGN_IN_PATHS))


def takes_tokens(path: str) -> bool:
    """Whether a token is enough at this path."""
    return path.startswith(TOKENS_OPEN)
