"""``pumice manage drop_materialized_views``."""

from __future__ import annotations

from django.core.management.base import CommandParser

from pumice.server.site.management.command import Given, LabCommand, calls


class Command(LabCommand):
    """``drop_materialized_views``: LAVA keeps results of queries in such views."""

    help = "Say that there is nothing to drop: Pumice makes no materialized view"

    def add_arguments(self, parser: CommandParser) -> None:
        """No argument."""
        calls(parser, self._drop)

    def _drop(self, given: Given) -> None:
        self.say("Nothing to drop: Pumice makes no materialized view")
