"""The part of the reference that follows from the parsers of ``pumice manage``."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Iterator
from typing import cast

Table = Callable[[Iterable[str], Iterable[Iterable[str]]], str]
_DJANGOS = {"-h", "--help", "--version", "-v", "--settings", "--pythonpath", "--traceback"} | {
    "--no-color",
    "--force-color",
    "--skip-checks",
}


def commands(table: Table) -> str:
    """Every command: its sub-commands with their usage, and the options that need a word."""
    from django.core.management import find_commands, load_command_class

    from pumice.server.site import management

    parts: list[str] = []
    for name in sorted(find_commands(management.__path__[0])):
        command = load_command_class("pumice.server.site", name)
        parser = command.create_parser("pumice manage", name)
        parts.append(f"### `{name}`\n\n{command.help}.\n")
        calls = list(_calls(parser, command.help))
        rows = ((f"`{_usage(inner)}`", f"{sentence}.") for inner, sentence in calls)
        parts.append(table(("Call", "What it does"), rows))
        options = dict(_options(calls))
        if options:
            parts.append(table(("Argument", "Meaning"), options.items()))
    return "\n".join(parts)


def _calls(
    parser: argparse.ArgumentParser, sentence: str
) -> Iterator[tuple[argparse.ArgumentParser, str]]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            inner = cast("dict[str, argparse.ArgumentParser]", action.choices)
            yield from ((found, found.description or "") for found in inner.values())
            return
    yield parser, sentence


def _usage(parser: argparse.ArgumentParser) -> str:
    """How it is called, names first: after ``--tags A B`` another word would be a tag."""
    groups = parser._mutually_exclusive_groups
    either = [action for group in groups for action in group._group_actions]
    shown = [action for action in parser._actions if not _is_djangos(action)]
    names = [action for action in shown if not action.option_strings and action not in either]
    formatter = argparse.HelpFormatter("", width=10_000)
    formatter.add_usage(None, [action for action in shown if action not in names], groups, "")
    words = [parser.prog.removeprefix("pumice manage ")]
    words += [f"[{name.metavar}]" if name.nargs == "?" else str(name.metavar) for name in names]
    return " ".join([*words, formatter.format_help().strip()]).strip()


def _options(
    calls: Iterable[tuple[argparse.ArgumentParser, str]],
) -> Iterator[tuple[str, str]]:
    for parser, _ in calls:
        for action in parser._actions:
            if action.help and not _is_djangos(action):
                name = ", ".join(action.option_strings) or str(action.metavar)
                text = action.help % {**vars(action), "prog": parser.prog}
                yield f"`{name}`", f"{text[0].upper()}{text[1:]}."


def _is_djangos(action: argparse.Action) -> bool:
    return not _DJANGOS.isdisjoint(action.option_strings)
