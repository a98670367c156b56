"""``pumice manage site``."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError, CommandParser

from pumice.server.settings import site_file
from pumice.server.settings.load import InvalidSettings
from pumice.server.site.management.command import Given, LabCommand, Subcommands


class Command(LabCommand):
    """``site``: its name, and the host names under which it answers.

    LAVA keeps both in the database. Here they are settings: INSTANCE_NAME and ALLOWED_HOSTS.
    """

    help = "Show and change the site's name and host names"

    def add_arguments(self, parser: CommandParser) -> None:
        """``list`` and ``update``."""
        commands = Subcommands(parser)
        commands.add("list", self._list, "Show the site's name and host names")
        update = commands.add(
            "update", self._update, "Change settings, for processes that start from now on"
        )
        update.add_argument("--name", help="the setting INSTANCE_NAME")
        update.add_argument("--domain", help="a host name that ALLOWED_HOSTS has to allow")

    def _list(self, given: Given) -> None:
        self.list_details(
            (("name", settings.INSTANCE_NAME), ("domain", ", ".join(settings.ALLOWED_HOSTS)))
        )

    def _update(self, given: Given) -> None:
        wanted: dict[str, object] = {}
        if given.name:
            wanted["INSTANCE_NAME"] = given.name
        if given.domain and not {"*", given.domain} & set(settings.ALLOWED_HOSTS):
            wanted["ALLOWED_HOSTS"] = [*settings.ALLOWED_HOSTS, given.domain]
        if not given.name and not given.domain:
            raise CommandError("say what to change: --name, --domain, or both")
        if given.domain and "ALLOWED_HOSTS" not in wanted:
            self.say(f"The site answers as {given.domain} already: see ALLOWED_HOSTS")
        if not wanted:
            return
        try:
            path = site_file.write(Path(settings.PUMICE_DIR), wanted)
        except (InvalidSettings, OSError) as error:
            raise CommandError(str(error)) from error
        self.say(f"Written to {path}: start the lab again")
