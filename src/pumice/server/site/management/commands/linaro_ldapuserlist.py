"""``pumice manage linaro_ldapuserlist``."""

from __future__ import annotations

from pathlib import Path

from django.contrib.auth.models import User
from django.core.management.base import CommandError, CommandParser

from pumice.server.accounts import ldap
from pumice.server.accounts.errors import CannotChange
from pumice.server.site.management.command import Given, LabCommand, calls


class Command(LabCommand):
    """``linaro_ldapuserlist``: many people of the directory become users."""

    help = "Add the people of the LDAP directory whose names stand in a file as users"

    def add_arguments(self, parser: CommandParser) -> None:
        """``--filename``."""
        parser.add_argument(
            "--filename",
            metavar="FILE",
            type=Path,
            required=True,
            help="a name a line; what follows a comma is not read",
        )
        calls(parser, self._add)

    def _add(self, given: Given) -> None:
        try:
            lines = given.filename.read_text("utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{given.filename} cannot be read: {error}") from error
        refused = 0
        for name in filter(None, (line.split(",")[0].strip() for line in lines)):
            if User.objects.filter(username=name).exists():
                self.say(f"* {name} [SKIP]")
                continue
            try:
                ldap.add_user(None, name)
            except ldap.NotConfigured:
                raise
            except CannotChange as error:
                self.say(f"* {name} [FAIL] {error}")
                refused += 1
            else:
                self.say(f"* {name}")
        if refused:
            raise CommandError(f"users who were not added: {refused}")
