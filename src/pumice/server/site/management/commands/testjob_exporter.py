"""``pumice manage testjob_exporter``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from pumice.server.jobs import exports
from pumice.server.site.management.exporting import Exporter


class Command(Exporter):
    """``testjob_exporter``: the jobs that were submitted in a time."""

    help = "Write the jobs that were submitted in a time to testjobs.csv"
    file = "testjobs.csv"
    columns = exports.COLUMNS

    def rows(self, start: datetime, end: datetime) -> Iterator[Sequence[object]]:
        """The jobs."""
        return exports.submitted(start, end)
