"""``pumice manage wait``."""

from __future__ import annotations

import time

from django.core.management.base import CommandParser
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

from pumice.server.site.management.command import Given, LabCommand, Subcommands
from pumice.server.site.management.finding import seconds


class Command(LabCommand):
    """``wait``: for a database that starts, or for another process that makes its tables."""

    help = "Wait until the database answers, or until its tables are up to date"

    def add_arguments(self, parser: CommandParser) -> None:
        """``database`` and ``migrations``."""
        commands = Subcommands(parser)
        for name, act, sentence in (
            ("database", self._for_database, "Wait until the database answers"),
            ("migrations", self._for_migrations, "Wait until its tables are up to date"),
        ):
            some = commands.add(name, act, sentence)
            some.add_argument(
                "--delay",
                type=seconds,
                default=1,
                metavar="SECONDS",
                help="between two attempts; default: %(default)s",
            )

    def _for_database(self, given: Given) -> None:
        while not self._answers():
            time.sleep(given.delay)

    def _for_migrations(self, given: Given) -> None:
        while not self._answers() or self._is_behind():
            connection.close()
            time.sleep(given.delay)

    def _answers(self) -> bool:
        try:
            connection.ensure_connection()
        except OperationalError as error:
            self.say(f"The database does not answer: {error}")
            return False
        return True

    def _is_behind(self) -> bool:
        executor = MigrationExecutor(connection)
        behind = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if behind:
            self.say(f"Migrations to be applied: {len(behind)}")
        return bool(behind)
