"""``pumice manage mergeldapuser``."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.core.management.base import CommandParser

from pumice.server.accounts import ldap
from pumice.server.site.management.command import Given, LabCommand, calls
from pumice.server.site.management.finding import find


class Command(LabCommand):
    """``mergeldapuser``: a user of the lab becomes one of the directory."""

    help = "Give a user, with jobs and tokens, to a person of the LDAP directory"

    def add_arguments(self, parser: CommandParser) -> None:
        """``--lava-user``, ``--ldap-user``."""
        parser.add_argument(
            "--lava-user", metavar="USER", required=True, help="who it is in the lab"
        )
        parser.add_argument(
            "--ldap-user",
            metavar="USER",
            required=True,
            help="the person's name in the directory, which the user has from then on",
        )
        calls(parser, self._merge)

    def _merge(self, given: Given) -> None:
        ldap.merge_user(None, find(User, given.lava_user), given.ldap_user)
        self.say(f"The user {given.lava_user} is {given.ldap_user} of the directory now")
