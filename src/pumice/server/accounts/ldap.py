"""People of a directory: sign them in by LDAP, and add them as users before they do.

Nothing here is imported unless AUTH_LDAP_SERVER_URI is set, or :func:`add_user` is called.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.models import User

from pumice.server.accounts import people
from pumice.server.accounts.errors import CannotChange

_TAKEN = ("first_name", "last_name", "email")


class NotConfigured(CannotChange):
    """The lab asks no directory: set AUTH_LDAP_SERVER_URI."""

    def __init__(self) -> None:
        super().__init__("authentication via LDAP not configured.")


class NotInDirectory(CannotChange):
    """The directory knows nobody of this name: correct the name, or the search in the settings."""

    def __init__(self, username: str) -> None:
        super().__init__(f"User '{username}' was not found in LDAP.")


def add_user(by: User | None, username: str, **values: Any) -> User:
    """Add a user with names and address from the directory, who signs in by its password.

    ``values`` are of :data:`pumice.server.accounts.people.FIELDS`, and win. ``by`` None is the
    command line. Raises CannotChange, NotConfigured, NotInDirectory.
    """
    return people.add_user(by, username, **(look_up(username) | values))


def merge_user(by: User | None, user: User, username: str) -> None:
    """Let the directory's person of this name be a user that the lab has already.

    Raises CannotChange, NotConfigured, NotInDirectory.
    """
    people.hand_over(by, user, username, **look_up(username))


def look_up(username: str) -> dict[str, str]:
    """First name, last name and e-mail address, as far as the directory has them.

    Raises CannotChange where it does not answer, NotConfigured, NotInDirectory.
    """
    if not settings.AUTH_LDAP_SERVER_URI:
        raise NotConfigured
    from pumice.server.accounts import directory

    attributes = directory.attributes(username)
    if not attributes:
        raise NotInDirectory(username)
    found = {
        name: attributes[settings.AUTH_LDAP_USER_ATTR_MAP[name]]
        for name in _TAKEN
        if attributes.get(settings.AUTH_LDAP_USER_ATTR_MAP.get(name, ""))
    }
    return {name: values[0] for name, values in found.items()}
