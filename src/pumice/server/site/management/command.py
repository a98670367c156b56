"""What the commands share: sub-commands, refusals, printing."""

from __future__ import annotations

import csv
import io
from argparse import Namespace
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from pumice.formats.errors import InvalidDocument
from pumice.server.accounts.errors import CannotChange
from pumice.server.accounts.permitting import NoSuchPermission
from pumice.server.audit.origin import came_from
from pumice.server.lab.configuration import NoConfiguration

Given = Namespace
"""The arguments of a call, by their names."""

_REFUSALS = (
    CannotChange,
    InvalidDocument,
    NoConfiguration,
    NoSuchPermission,
    OSError,
)


class LabCommand(BaseCommand):
    """A command. Each parser names what it calls, by :func:`calls` or a sub-command."""

    requires_system_checks: Any = ()

    def handle(self, *args: Any, **options: Any) -> None:
        """Do what the arguments ask for. Raises CommandError where it is refused."""
        given = Namespace(**options)
        with came_from("command"):
            try:
                given.act(given)
            except _REFUSALS as error:
                raise CommandError(str(error)) from error

    def say(self, line: str = "") -> None:
        """Print a line; what could steer a terminal is escaped."""
        self.stdout.write("".join(map(_printable, line)))

    def list_items(self, title: str, items: Iterable[str]) -> None:
        """Print a title and a line an item, as LAVA does: a star and a blank before each."""
        self.say(title)
        for item in items:
            self.say(f"* {item}")

    def list_details(self, details: Iterable[tuple[str, object]]) -> None:
        """Print names and values, a line each, one below the other."""
        rows = list(details)
        width = max(len(name) for name, _ in rows)
        for name, value in rows:
            self.say(f"{name:{width}}: {'' if value is None else value}".rstrip())

    def print_csv(self, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        """Print rows as comma-separated values below the names of their columns."""
        file = io.StringIO()
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([_cell(value) for value in row] for row in rows)
        self.stdout.write(file.getvalue(), ending="")

    def confirm(self, question: str) -> None:
        """Ask for a "yes". Raises CommandError for any other answer, the end of input too."""
        self.stdout.write(f"{question} [yes/no] ", ending="")
        self.stdout.flush()
        try:
            answer = input()
        except EOFError:
            answer = ""
        if answer.strip().lower() not in ("y", "yes"):
            raise CommandError("nothing was done")


class Subcommands:
    """The sub-commands of a command's parser."""

    def __init__(self, parser: CommandParser) -> None:
        self._parsers = parser.add_subparsers(dest="sub_command", metavar="COMMAND", required=True)

    def add(self, name: str, act: Callable[[Given], None], sentence: str) -> CommandParser:
        """Add one, which calls `act`; its parser, for its arguments."""
        parser: CommandParser = self._parsers.add_parser(name, help=sentence, description=sentence)
        parser.set_defaults(act=act)
        return parser


def calls(parser: CommandParser, act: Callable[[Given], None]) -> None:
    """Let a command without sub-commands call `act`."""
    parser.set_defaults(act=act)


def _cell(value: object) -> object:
    if isinstance(value, str):
        return "".join(c if c in "\n\t" else _printable(c) for c in value)
    return value


def _printable(character: str) -> str:
    if character.isprintable():
        return character
    return character.encode("unicode_escape").decode("ascii")
