"""How entries are shown: names of doors, places of things, and what changed."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from pumice.server.audit.models import Entry

_LONG = 80
"""Characters of a value that does not fit into a row."""

_MAX_LINES = 2_000
_DOORS = {
    "xmlrpc": "XML-RPC",
    "rest": "REST",
    "web": "pages",
    "admin": "administration",
    "command": "command line",
    "server": "server",
}
_PAGES = {"device": "device", "device type": "device_type", "worker": "worker"}


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a diff: ``sign`` is ``+``, ``-``, a space, or ``@`` where lines are left out."""

    sign: str
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """One value that changed. ``is_long``: it is read as a diff, not in a row."""

    name: str
    old: str
    new: str
    is_long: bool

    @property
    def lines(self) -> list[Line]:
        """The diff."""
        return list(_lines(self.old.splitlines(), self.new.splitlines()))


@dataclass(frozen=True, slots=True)
class Row:
    """An entry as a page shows it."""

    entry: Entry
    who: str
    door: str
    url: str
    changes: list[Change]

    @property
    def has_long(self) -> bool:
        return any(change.is_long for change in self.changes)


def row(entry: Entry) -> Row:
    """An entry with what its page says of it."""
    door = _DOORS.get(entry.via, entry.via)
    who = entry.who or ("the command line" if entry.via == "command" else "the server")
    return Row(entry, who, door, _url(entry), [_change(*item) for item in entry.changes.items()])


def _url(entry: Entry) -> str:
    """The page of the thing, which may be gone; "" where such things have none."""
    if entry.kind == "job":
        return f"/scheduler/job/{entry.subject}" if entry.subject.isdigit() else ""
    page = _PAGES.get(entry.kind)
    return reverse(page, args=[entry.subject]) if page and "/" not in entry.subject else ""


def _change(name: str, values: list[Any]) -> Change:
    old, new = (_text(value) for value in values)
    is_long = any("\n" in text or len(text) > _LONG for text in (old, new))
    return Change(name, old, new, is_long)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(_text, value))
    return json.dumps(value, ensure_ascii=False)


def _lines(old: list[str], new: list[str]) -> Iterator[Line]:
    if max(len(old), len(new)) > _MAX_LINES:  # their comparison could take minutes
        yield from (Line("-", text) for text in old)
        yield from (Line("+", text) for text in new)
        return
    changed = list(difflib.unified_diff(old, new, lineterm="", n=3))[2:]
    for line in changed:
        yield Line("@", line) if line.startswith("@@") else Line(line[:1], line[1:])
