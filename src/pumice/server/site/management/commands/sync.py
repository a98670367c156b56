"""``pumice manage sync``."""

from __future__ import annotations

from django.core.management.base import CommandParser

from pumice.server.lifecycle import sync
from pumice.server.site.management.command import Given, LabCommand, calls


class Command(LabCommand):
    """``sync``: device types, workers, tags and devices as dictionaries say."""

    help = "Add, change and retire devices as sync_to_lava of their dictionaries says"

    def add_arguments(self, parser: CommandParser) -> None:
        """No argument."""
        calls(parser, self._sync)

    def _sync(self, given: Given) -> None:
        for outcome in sync.sync(None):
            self.say(f"* {outcome.name} [{outcome.said}] {outcome.why}".rstrip())
