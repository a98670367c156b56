"""Conditions of queries, and how LAVA's clients write them: ``testjob__health__exact__Complete``.

A text holds them with commas between. Each is ``[table__]field[__operator]__value``. Without an
operator it is ``exact``. Without a table it is about that of the condition before, and at first
about what the query lists. A value may hold ``__`` itself where its operator is written.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from pumice.server.reports.errors import InvalidCondition, UnknownField
from pumice.server.reports.fields import FIELDS, Attribute, Field, Operator, Table

MAX_CONDITIONS = 20
MAX_VALUE = 500
MAX_NAME = 100
_MAX_TEXT = MAX_CONDITIONS * (MAX_VALUE + MAX_NAME + 50)
_TABLES = frozenset(Table)
_OPERATORS = frozenset(Operator)


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition. Made by :func:`condition`, which checks it, or read from where it is kept."""

    table: Table
    field: str
    operator: Operator
    value: str

    def __str__(self) -> str:
        return f"{self.table}__{self.field}__{self.operator}__{self.value}"

    def compare(self, prefix: str) -> Q:
        """What rows fit; ``prefix`` leads from them to the table. Raises InvalidCondition."""
        if len(self.value) > MAX_VALUE:
            raise InvalidCondition(f"a value has at most {MAX_VALUE} characters")
        return _field(self.table, self.field).compare(prefix, self.operator, self.value)


def condition(table: str, field: str, operator: str, value: str) -> Condition:
    """A condition that can be used. Raises InvalidCondition."""
    if table not in _TABLES:
        raise InvalidCondition(f"there is no table {table!r}: conditions are about {_names(Table)}")
    if operator not in _OPERATORS:
        raise InvalidCondition(f"there is no operator {operator!r}: use {_names(Operator)}")
    made = Condition(Table(table), field, Operator(operator), value)
    made.compare("")
    return made


def parse(entity: Table, text: str) -> list[Condition]:
    """The conditions in a text; none in an empty one. Raises InvalidCondition."""
    if not text.strip():
        return []
    if len(text) > _MAX_TEXT:
        raise InvalidCondition(f"the conditions have more than {_MAX_TEXT} characters")
    table, found = entity, list[Condition]()
    for part in text.split(","):
        made = _parse_one(table, part.strip())
        table = made.table
        found.append(made)
    return checked(found)


def checked(conditions: Iterable[Condition]) -> list[Condition]:
    """The conditions, if there are not too many. Raises InvalidCondition."""
    found = list(conditions)
    if len(found) > MAX_CONDITIONS:
        raise InvalidCondition(f"a query has at most {MAX_CONDITIONS} conditions")
    return found


def _parse_one(table: Table, text: str) -> Condition:
    parts = text.split("__")
    if len(parts) > 2 and parts[0] in _TABLES:
        table, parts = Table(parts[0]), parts[1:]
    if len(parts) < 2:
        raise InvalidCondition(f"{text!r} is no condition: write field__value or more")
    field, *rest = parts
    if len(rest) == 1:
        return condition(table, field, Operator.EXACT, rest[0])
    if len(rest) == 2:
        _field(table, field)  # else what stands first may be a table, and that is told
    return condition(table, field, rest[0], "__".join(rest[1:]))


def _field(table: Table, name: str) -> Field:
    if table is Table.ATTRIBUTE:
        if 1 <= len(name) <= MAX_NAME and name.isprintable():
            return Attribute(name)
        raise UnknownField(f"the key of an attribute has 1 to {MAX_NAME} printable characters")
    field = FIELDS[table].get(name)
    if field is None:
        raise UnknownField(f"{table} has no field {name!r}: it has {', '.join(FIELDS[table])}")
    return field


def _names(names: type[Table] | type[Operator]) -> str:
    return ", ".join(names)
