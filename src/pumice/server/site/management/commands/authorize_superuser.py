"""``pumice manage authorize_superuser``."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.core.management.base import CommandParser

from pumice.server.accounts import people
from pumice.server.site.management.command import Given, LabCommand, calls
from pumice.server.site.management.finding import find


class Command(LabCommand):
    """``authorize_superuser``: a user who is there becomes a superuser."""

    help = "Let a user do everything"

    def add_arguments(self, parser: CommandParser) -> None:
        """``--username``."""
        parser.add_argument("--username", metavar="USER", required=True, help="who it is")
        calls(parser, self._authorize)

    def _authorize(self, given: Given) -> None:
        user = find(User, given.username)
        people.change_user(None, user, is_staff=True, is_superuser=True)
        self.say(f"The user {user.username} is a superuser")
