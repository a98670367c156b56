"""``pumice manage copy-logs``."""

from __future__ import annotations

from django.core.management.base import CommandError, CommandParser

from pumice.server.site.management.command import Given, LabCommand, calls


class Command(LabCommand):
    """``copy-logs``: LAVA copies logs to another store; Pumice has one store."""

    help = "Refused: logs stay in MEDIA_ROOT, and are not copied to MongoDB or Elasticsearch"

    def add_arguments(self, parser: CommandParser) -> None:
        """LAVA's arguments, for the sake of a clear answer."""
        parser.add_argument("store", nargs="?", metavar="LogsMongo|LogsElasticsearch")
        parser.add_argument("--dry-run", action="store_true")
        calls(parser, self._refuse)

    def _refuse(self, given: Given) -> None:
        raise CommandError(
            "Pumice keeps logs in MEDIA_ROOT/logs alone, compressed: there is no other store to"
            " copy them to. 'pumice manage jobs compress' compresses those of ended jobs now"
        )
