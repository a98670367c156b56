"""``pumice manage addldapuser``."""

from __future__ import annotations

from django.core.management.base import CommandParser

from pumice.server.accounts import ldap
from pumice.server.site.management.command import Given, LabCommand, calls


class Command(LabCommand):
    """``addldapuser``: a person of the directory becomes a user before they sign in."""

    help = "Add a person of the LDAP directory as a user"

    def add_arguments(self, parser: CommandParser) -> None:
        """``--username``, ``--superuser``."""
        parser.add_argument("--username", metavar="USER", required=True, help="the person's name")
        parser.add_argument("--superuser", action="store_true", help="they may do everything")
        calls(parser, self._add)

    def _add(self, given: Given) -> None:
        rights = {"is_staff": True, "is_superuser": True} if given.superuser else {}
        user = ldap.add_user(None, given.username, **rights)
        self.say(f"The user {user.get_username()} was added")
