"""The directory itself, asked through django-auth-ldap; imported only where it is set up."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import User
from django_auth_ldap.backend import LDAPBackend, _LDAPUser  # pyright: ignore[reportPrivateUsage]

from pumice.server.accounts.errors import CannotChange
from pumice.server.accounts.grants import HEALTH_CHECKER
from pumice.server.audit.record import record

ldap: Any = importlib.import_module("ldap")
"""Its names come from C, where no checker of types sees them."""


class Backend(LDAPBackend):
    """Sign people in by the directory's password; they become users when they first do.

    A user with a password of the lab's own is somebody else than the directory's person of the
    same name, and is never signed in by it: else, whoever names the directory's people could
    become the lab's administrator.
    """

    def get_or_build_user(self, username: str, ldap_user: _LDAPUser) -> tuple[User, bool]:
        """The user of that name, and whether they are new."""
        user: Any
        user, is_new = super().get_or_build_user(username, ldap_user)
        if user.get_username() == HEALTH_CHECKER:
            raise ldap_user.AuthenticationFailed(f"{HEALTH_CHECKER} is the lab itself")
        if not is_new and user.has_usable_password():
            raise ldap_user.AuthenticationFailed(
                f"the user {user.get_username()} has a password of the lab's own"
            )
        return user, is_new

    def authenticate_ldap_user(self, ldap_user: _LDAPUser, password: str) -> User | None:
        """The person as a user; becoming one is audited."""
        before = User.objects.filter(username__iexact=ldap_user._username).exists()  # pyright: ignore[reportPrivateUsage]
        user: Any = super().authenticate_ldap_user(ldap_user, password)
        if user is not None and not before:
            record(user, "add", "user", user.get_username(), reason="signed in with LDAP")
        return user


def attributes(username: str) -> Mapping[str, list[Any]]:
    """What the directory says of a person; nothing where it has none. Raises CannotChange."""
    person: Any = _LDAPUser(Backend(), username=username)
    try:
        # Asked first, since a search that fails is taken as one that finds nobody.
        person.connection.whoami_s()
        return person.attrs or {}
    except ldap.LDAPError as error:
        raise CannotChange(f"the directory does not answer: {_text(error)}") from error


def _text(error: Exception) -> str:
    details = error.args[0] if error.args else {}
    return str(details.get("desc", error) if isinstance(details, dict) else error)
