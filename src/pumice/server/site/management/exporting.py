"""Commands that write rows of a time into a file of a folder."""

from __future__ import annotations

import csv
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import ClassVar

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from pumice.server.site.management.command import Given, LabCommand, calls
from pumice.server.site.management.finding import day


class Exporter(LabCommand, ABC):
    """Writes ``file`` with ``columns`` and the rows that ``rows`` gives for a time."""

    file: ClassVar[str]
    columns: ClassVar[Sequence[str]]

    @abstractmethod
    def rows(self, start: datetime, end: datetime) -> Iterator[Sequence[object]]:
        """The rows of the time from ``start`` to ``end``, which is not included."""

    def add_arguments(self, parser: CommandParser) -> None:
        """``--output-dir``, ``--start-date``, ``--end-date``."""
        parser.add_argument("--output-dir", metavar="FOLDER", type=Path, required=True)
        parser.add_argument(
            "--start-date", metavar="DAY", type=day, required=True, help="such as 2026-01-31"
        )
        parser.add_argument(
            "--end-date", metavar="DAY", type=day, help="the last day; default: today"
        )
        calls(parser, self._export)

    def _export(self, given: Given) -> None:
        end = given.end_date + timedelta(days=1) if given.end_date else timezone.now()
        path = given.output_dir / self.file
        count = 0
        try:
            given.output_dir.mkdir(parents=True, exist_ok=True)
            with path.open("w", newline="", encoding="utf-8") as file:
                writer = csv.writer(file, lineterminator="\n")
                writer.writerow(self.columns)
                for row in self.rows(given.start_date, end):
                    writer.writerow(row)
                    count += 1
        except OSError as error:
            raise CommandError(f"{path} cannot be written: {error.strerror}") from error
        self.say(f"{path}: {count} rows")
