"""``pumice manage transition_exporter``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from pumice.server.events import exports
from pumice.server.site.management.exporting import Exporter


class Command(Exporter):
    """``transition_exporter``: what devices became in a time."""

    help = "Write the changes of devices' states and healths in a time to transitions.csv"
    file = "transitions.csv"
    columns = exports.COLUMNS

    def rows(self, start: datetime, end: datetime) -> Iterator[Sequence[object]]:
        """The changes."""
        return exports.transitions(start, end)
