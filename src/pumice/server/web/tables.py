"""Tables on pages: search, sort, and pages without counting.

Parameters stand in the address as LAVA has them, each with the table's prefix: ``length``,
``page``, ``sort`` (``-column`` descending), ``search``, and one a field. A table reads one row more
than it shows, to know whether there is a next page.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from django.conf import settings
from django.db.models import Model, QuerySet
from django.http import QueryDict

from pumice.server.database import listing
from pumice.server.database.listing import Fields

LENGTHS = (10, 25, 50, 100)
MAX_LENGTH = 1_000
MAX_PAGE = 1_000_000

R = TypeVar("R")
M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, and the name by which it sorts, if it does."""

    label: str
    sort: str = ""
    quiet: bool = False
    """Whether the heading is read out but not shown."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading as the page shows it: its link sorts, or turns the order round."""

    label: str
    url: str
    order: str
    """``ascending``, ``descending`` or empty, for ``aria-sort``."""
    quiet: bool


@dataclass(frozen=True, slots=True)
class Length:
    """A choice of rows a page."""

    rows: int
    url: str
    current: bool


@dataclass(slots=True)
class Table(Generic[R]):
    """One table of a page, read. ``rows`` are what its template shows."""

    name: str
    label: str
    prefix: str
    query: QueryDict
    columns: Sequence[Column]
    fields: Fields
    length: int
    page: int
    sort: str
    search: str
    rows: list[R] = field(default_factory=list[R])
    has_next: bool = False
    live: dict[str, str] = field(default_factory=dict[str, str])
    """What the page's script must know, as ``data-live-…``."""

    @property
    def headings(self) -> list[Heading]:
        return [self._heading(column) for column in self.columns]

    @property
    def previous_url(self) -> str:
        return self._url(page=self.page - 1) if self.page > 1 else ""

    @property
    def next_url(self) -> str:
        return self._url(page=self.page + 1) if self.has_next else ""

    @property
    def lengths(self) -> list[Length]:
        choices = sorted({*LENGTHS, self.length})
        return [
            Length(rows, self._url(length=rows, page=1), rows == self.length) for rows in choices
        ]

    @property
    def kept(self) -> list[tuple[str, str]]:
        """Parameters that a search keeps: all but the search itself and the page."""
        dropped = {self.prefix + "search", self.prefix + "page"}
        return [
            (name, value)
            for name, values in self.query.lists()
            if name not in dropped
            for value in values
        ]

    @property
    def searchable(self) -> str:
        """The names of the fields that a search looks into, as a sentence has them."""
        return ", ".join(name.replace("_", " ") for name in self.fields.searchable)

    @property
    def clear_url(self) -> str:
        """The table without its search and matches."""
        names = ("search", *self.fields.searchable, *self.fields.hours)
        return self._url(page=1, **dict.fromkeys(names, None))

    @property
    def matches(self) -> list[tuple[str, str]]:
        """The fields that this view matches, with what."""
        return list(_matches(self.query, self.prefix, self.fields).items())

    @property
    def is_plain_first_page(self) -> bool:
        """Whether a new row would appear on this page."""
        usual = self.sort == self.fields.default
        return usual and self.page == 1 and not self.search and not self.matches

    def _heading(self, column: Column) -> Heading:
        if not column.sort:
            return Heading(column.label, "", "", column.quiet)
        down = self.sort == f"-{column.sort}"
        up = self.sort == column.sort
        order = "descending" if down else "ascending" if up else ""
        turned = column.sort if down else f"-{column.sort}" if up else column.sort
        return Heading(column.label, self._url(sort=turned, page=1), order, column.quiet)

    def _url(self, **changes: Any) -> str:
        query = self.query.copy()
        for name, value in changes.items():
            if value is None:
                query.pop(self.prefix + name, None)
            else:
                query[self.prefix + name] = str(value)
        if query.get(self.prefix + "page") == "1":
            del query[self.prefix + "page"]
        return f"?{query.urlencode()}#{self.name}" if self.prefix else f"?{query.urlencode()}"


def read(
    query: QueryDict,
    rows: QuerySet[M],
    fields: Fields,
    fetch: Callable[[QuerySet[M], int, int], list[R]],
    *,
    name: str,
    label: str,
    columns: Sequence[Column],
    prefix: str = "",
    length: int | None = None,
) -> Table[R]:
    """Read one page of a table.

    ``fetch`` turns a query set and a range into rows. ``length`` is the default number of rows.
    """
    sort = query.get(prefix + "sort", "")
    sort = sort if sort.removeprefix("-") in fields.sorts else fields.default
    table: Table[R] = Table(
        name=name,
        label=label,
        prefix=prefix,
        query=query,
        columns=columns,
        fields=fields,
        length=_number(
            query.get(prefix + "length"), length or settings.DEFAULT_TABLE_LENGTH, MAX_LENGTH
        ),
        page=_number(query.get(prefix + "page"), 1, MAX_PAGE),
        sort=sort,
        search=query.get(prefix + "search", "").strip()[:200],
    )
    rows = listing.searched(rows, fields, table.search)
    rows = listing.matching(rows, fields, _matches(query, prefix, fields))
    rows = listing.ordered(rows, fields, sort)
    start = (table.page - 1) * table.length
    found = fetch(rows, start, start + table.length + 1)
    table.rows, table.has_next = found[: table.length], len(found) > table.length
    return table


def _matches(query: QueryDict, prefix: str, fields: Fields) -> dict[str, str]:
    names = (*fields.searchable, *fields.hours)
    found = {name: query.get(prefix + name, "").strip()[:200] for name in names}
    return {name: text for name, text in found.items() if text}


def _number(text: str | None, default: int, most: int) -> int:
    """A positive number from outside, or the default."""
    if text is None or not (text.isascii() and text.isdigit() and len(text) <= 9):
        return default
    return min(int(text), most) or default
