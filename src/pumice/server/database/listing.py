"""Lists as people read them: search, match, sort and cut a query set by parameters from outside.

A room describes its list with :class:`Fields`; names are those that stand in addresses. What a
name or a value does not fit is ignored, as LAVA does, and never an error.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeVar

from django.db.models import F, Model, Q, QuerySet
from django.utils import timezone

from pumice.wire.states import Labelled

M = TypeVar("M", bound=Model)
_MAX_HOURS = 24 * 366 * 100


@dataclass(frozen=True, slots=True)
class Fields:
    """What a list can be searched and sorted by; every value is a path of Django's queries.

    ``texts`` match what contains the text, in any case; ``numbers`` what is equal; ``labels`` the
    members whose display name contains it; ``hours`` what is at most so many hours ago. ``sorts``
    are the columns that sort; ``unique`` ends every order, so that pages never overlap.
    """

    texts: Mapping[str, str]
    sorts: Mapping[str, str]
    unique: str
    default: str
    numbers: Mapping[str, str] = field(default_factory=dict[str, str])
    labels: Mapping[str, tuple[str, type[Labelled]]] = field(
        default_factory=dict[str, tuple[str, type[Labelled]]]
    )
    hours: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def searchable(self) -> tuple[str, ...]:
        """The names that ``search`` looks into."""
        return (*self.numbers, *self.texts, *self.labels)


def searched(rows: QuerySet[M], fields: Fields, text: str) -> QuerySet[M]:
    """The rows of which any searchable field matches."""
    if not text:
        return rows
    anywhere = Q()
    for name in fields.searchable:
        anywhere |= _condition(fields, name, text) or Q()
    return rows.filter(anywhere) if anywhere else rows.none()


def matching(rows: QuerySet[M], fields: Fields, values: Mapping[str, str]) -> QuerySet[M]:
    """The rows that match every named field."""
    for name, text in values.items():
        if not text:
            continue
        if name in fields.hours:
            rows = rows.filter(_since(fields.hours[name], text))
        elif name in fields.searchable:
            condition = _condition(fields, name, text)
            rows = rows.none() if condition is None else rows.filter(condition)
    return rows


def ordered(rows: QuerySet[M], fields: Fields, sort: str) -> QuerySet[M]:
    """The rows sorted by ``column`` or ``-column``, or as the list does by default."""
    name = sort if sort.removeprefix("-") in fields.sorts else fields.default
    path = fields.sorts[name.removeprefix("-")]
    down = name.startswith("-")
    unique = f"-{fields.unique}" if down else fields.unique
    if path == fields.unique:
        return rows.order_by(unique)  # just this: an index has it so
    column = F(path).desc(nulls_last=True) if down else F(path).asc(nulls_last=True)
    return rows.order_by(column, unique)


def _condition(fields: Fields, name: str, text: str) -> Q | None:
    """The condition, or None where nothing can match the text."""
    if name in fields.texts:
        return Q(**{f"{fields.texts[name]}__icontains": text.replace("\0", "")})
    if name in fields.labels:
        path, members = fields.labels[name]
        values = [member.value for member in members if text.lower() in member.label.lower()]
        return Q(**{f"{path}__in": values}) if values else None
    if text.isascii() and text.isdigit() and len(text) <= 18:
        return Q(**{fields.numbers[name]: int(text)})
    return None


def _since(path: str, text: str) -> Q:
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        return Q()
    hours = min(int(text), _MAX_HOURS)
    return Q(**{f"{path}__gte": timezone.now() - timedelta(hours=hours)})
