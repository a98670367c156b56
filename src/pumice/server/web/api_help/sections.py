"""Sort the methods as the page shows them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import groupby

from pumice.server.api.xmlrpc import examples
from pumice.server.api.xmlrpc.registry import Method


@dataclass(frozen=True, slots=True)
class Entry:
    """A method, and the arguments of its example as JSON, with which a reader may try it."""

    method: Method
    arguments: str


@dataclass(frozen=True, slots=True)
class Section:
    """Methods whose names begin alike."""

    name: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """A heading of the page, and the sections below it; their names are shown if there are more."""

    title: str
    anchor: str
    sections: tuple[Section, ...]


def grouped(methods: Iterable[Method]) -> list[Group]:
    """The methods under LAVA's three headings, by section and name."""
    left = list(methods)
    groups: list[Group] = []
    for title, anchor, belongs in _HEADINGS:
        mine = [method for method in left if belongs(method)]
        left = [method for method in left if not belongs(method)]
        groups.append(Group(title, anchor, _sections(mine)))
    return groups


def _sections(methods: list[Method]) -> tuple[Section, ...]:
    ordered = sorted(methods, key=lambda method: (method.section, method.name))
    by_section = groupby(ordered, key=lambda method: method.section)
    return tuple(Section(name, tuple(map(_entry, found))) for name, found in by_section)


def _entry(method: Method) -> Entry:
    return Entry(method, json.dumps(examples.arguments(method), ensure_ascii=False))


def _of_scheduler(method: Method) -> bool:
    return "scheduler" in method.full_name


def _of_results(method: Method) -> bool:
    return "results" in method.full_name


def _any(_: Method) -> bool:
    return True


_HEADINGS: tuple[tuple[str, str, Callable[[Method], bool]], ...] = (
    ("Scheduler", "functions-scheduler", _of_scheduler),
    ("Results", "functions-results", _of_results),
    ("System and Authentication", "functions-system", _any),
)
