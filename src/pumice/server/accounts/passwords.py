"""What goes with a password: too many wrong ones, and the record of who signed in."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from pumice.server.accounts import attempts
from pumice.server.accounts.attempts import Door
from pumice.server.audit import origin
from pumice.server.audit.record import record

_WORKER = "worker"
"""The origin of what workers ask."""


def door() -> Door:
    """The door at which a password that is tried now is counted."""
    return Door.WORKER if origin.current().via == _WORKER else Door.PASSWORD


class Gate:
    """The first of the ways to sign in: it lets nobody in, and stops all when too many failed."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **other: Any,
    ) -> None:
        """Raises PermissionDenied, after which Django asks no other, where one has to wait."""
        if password is None:
            return
        if "\0" in f"{username}{password}":  # which no database holds
            raise PermissionDenied
        if attempts.wait(door(), username or ""):
            raise PermissionDenied


def listen() -> None:
    """Have sign-ins and failures noted, whichever page or door they come by."""
    user_logged_in.connect(_signed_in, dispatch_uid="pumice")
    user_login_failed.connect(_failed, dispatch_uid="pumice")


def _signed_in(user: User, **signal: Any) -> None:
    if origin.current().via != origin.NOWHERE.via:  # no door: a session that a program made
        record(user, "sign in", "user", user.get_username())


def _failed(credentials: dict[str, Any], **signal: Any) -> None:
    username = str(credentials.get("username") or "")
    if "password" not in credentials or attempts.failed(door(), username):
        return
    record(AnonymousUser(), "fail to sign in", "user", attempts.name_of(username))
