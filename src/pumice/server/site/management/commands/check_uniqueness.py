"""``pumice manage check_uniqueness``."""

from __future__ import annotations

from django.core.management.base import CommandParser

from pumice.server.site.management.command import Given, LabCommand, calls


class Command(LabCommand):
    """``check_uniqueness``: LAVA looks for rows that are there twice, and deletes them."""

    help = "Say that nothing is stored twice: the database's constraints do not let it be"

    def add_arguments(self, parser: CommandParser) -> None:
        """``--yes`` and ``--dry-run``, which scripts give."""
        parser.add_argument("--yes", action="store_true", help="ask nothing, as always")
        parser.add_argument("--dry-run", action="store_true", help="delete nothing, as always")
        calls(parser, self._check)

    def _check(self, given: Given) -> None:
        self.say("Nothing is stored twice: the database's constraints do not let it be")
