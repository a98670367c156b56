"""What conditions can be about: tables and their fields by LAVA's names, and how each compares."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Protocol

from django.db.models import Q
from django.db.models.fields.json import KeyTextTransform
from django.db.models.lookups import Exact, GreaterThan, IContains, IExact, LessThan
from django.utils.dateparse import parse_date, parse_datetime

from pumice.server.accounts.grants import NOTHING
from pumice.server.database.texts import storable
from pumice.server.reports.errors import InvalidCondition
from pumice.wire.states import CaseResult, JobHealth, JobState


class Table(StrEnum):
    """What a condition is about. All but the last can be what a query lists."""

    JOB = "testjob"
    SUITE = "testsuite"
    CASE = "testcase"
    ATTRIBUTE = "namedtestattribute"


ENTITIES = (Table.JOB, Table.SUITE, Table.CASE)
"""What a query can list."""


class Operator(StrEnum):
    """How a field is compared; ``icontains`` and ``iexact`` ignore case."""

    EXACT = "exact"
    IEXACT = "iexact"
    NOT_EQUAL = "ne"
    CONTAINS = "icontains"
    GREATER = "gt"
    LESS = "lt"


class Field(Protocol):
    """A field of a table; ``values`` says what it is compared with."""

    @property
    def values(self) -> str: ...

    def compare(self, prefix: str, operator: Operator, value: str) -> Q:
        """The condition; ``prefix`` leads to the table. Raises InvalidCondition for the value."""
        ...


@dataclass(frozen=True, slots=True)
class Text:
    """A text, or the name of what the field refers to; ``ne`` fits where there is none."""

    path: str
    values: str = "a text"

    def compare(self, prefix: str, operator: Operator, value: str) -> Q:
        """Text by text; greater and less as the database sorts."""
        return _compare(f"{prefix}{self.path}", operator, storable(value))


@dataclass(frozen=True, slots=True)
class Labels:
    """A number that people know by a label; ``numbers``: others than those may be given as such.

    A label that there is not fits nothing.
    """

    path: str
    labels: Mapping[str, int]
    numbers: range = range(0)

    @property
    def values(self) -> str:
        """The labels."""
        among = [*self.labels]
        if self.numbers:
            among.append(f"{self.numbers[0]} to {self.numbers[-1]}")
        return ", ".join(among)

    def compare(self, prefix: str, operator: Operator, value: str) -> Q:
        """By label; greater and less by what it stands for."""
        path, wanted = f"{prefix}{self.path}", value.lower()
        if operator is Operator.CONTAINS:
            return Q(**{f"{path}__in": self._those(lambda label: wanted in label.lower())})
        found = self._those(lambda label: label == value)
        if operator is Operator.IEXACT:
            found = self._those(lambda label: label.lower() == wanted)
        if not found and re.fullmatch("[0-9]{1,3}", value) and int(value) in self.numbers:
            found = {int(value)}
        if not found:
            return NOTHING
        if operator in (Operator.GREATER, Operator.LESS):
            return Q(**{f"{path}__{operator}": found.pop()})
        among = Q(**{f"{path}__in": found})
        return ~among if operator is Operator.NOT_EQUAL else among

    def _those(self, fits: Callable[[str], bool]) -> set[int]:
        return {number for label, number in self.labels.items() if fits(label)}


@dataclass(frozen=True, slots=True)
class Truth:
    """Yes or no: ``False`` is no, all else is yes."""

    path: str
    values: str = "True, False"

    def compare(self, prefix: str, operator: Operator, value: str) -> Q:
        """Equal or not."""
        _one_of(operator, Operator.EXACT, Operator.IEXACT, Operator.NOT_EQUAL)
        said = (value != "False") != (operator is Operator.NOT_EQUAL)
        return Q(**{f"{prefix}{self.path}": said})


_DECIMAL = re.compile(r"[+-]?[0-9]{1,19}(\.[0-9]{1,10})?")
_WHOLE = re.compile(r"[+-]?[0-9]{1,18}")


@dataclass(frozen=True, slots=True)
class Number:
    """A number; ``whole``: without a fraction."""

    path: str
    whole: bool = False
    values: str = "a number"

    def compare(self, prefix: str, operator: Operator, value: str) -> Q:
        """By size."""
        _one_of(operator, *set(Operator) - {Operator.CONTAINS})
        pattern = _WHOLE if self.whole else _DECIMAL
        if not pattern.fullmatch(value):
            raise InvalidCondition(f"{value!r} is no number")
        number = int(value) if self.whole else Decimal(value)
        return _compare(f"{prefix}{self.path}", _sharp(operator), number)


@dataclass(frozen=True, slots=True)
class Moment:
    """A time, in UTC where the value names no zone; a date alone is its first moment."""

    path: str
    values: str = "a time: 2026-11-24 12:30:00, or 2026-11-24"

    def compare(self, prefix: str, operator: Operator, value: str) -> Q:
        """By time."""
        _one_of(operator, *set(Operator) - {Operator.CONTAINS})
        return _compare(f"{prefix}{self.path}", _sharp(operator), _moment(value))


@dataclass(frozen=True, slots=True)
class Attribute:
    """A job's metadata under the key that the condition names as its field."""

    key: str
    values: str = "a text"

    def compare(self, prefix: str, operator: Operator, value: str) -> Q:
        """As text; ``ne`` fits only where the job has the key."""
        if _WHOLE.fullmatch(self.key):
            return NOTHING  # to a database that would be a place in a list
        held = KeyTextTransform(self.key, f"{prefix}metadata")
        lookups: dict[Operator, Any] = {
            Operator.EXACT: Exact,
            Operator.NOT_EQUAL: Exact,
            Operator.IEXACT: IExact,
            Operator.CONTAINS: IContains,
            Operator.GREATER: GreaterThan,
            Operator.LESS: LessThan,
        }
        fits = Q(lookups[operator](held, storable(value)))
        return ~fits if operator is Operator.NOT_EQUAL else fits


_TEST_LABELS = {
    "Test passed": CaseResult.PASS,
    "Test failed": CaseResult.FAIL,
    "Test skipped": CaseResult.SKIP,
    "Unknown outcome": CaseResult.UNKNOWN,
}
_PRIORITIES = {"Low": 0, "Medium": 50, "High": 100}

FIELDS: Mapping[Table, Mapping[str, Field]] = MappingProxyType(
    {
        Table.JOB: {
            "id": Number("id", whole=True),
            "submitter": Text("submitter__username", "a user's name"),
            "description": Text("description"),
            "state": Labels("state", {state.label: state.value for state in JobState}),
            "health": Labels("health", {health.label: health.value for health in JobHealth}),
            "priority": Labels("priority", _PRIORITIES, range(101)),
            "health_check": Truth("health_check"),
            "actual_device": Text("actual_device__hostname", "a device's name"),
            "requested_device_type": Text("requested_device_type__name", "a device type's name"),
            "submit_time": Moment("submit_time"),
            "start_time": Moment("start_time"),
            "end_time": Moment("end_time"),
            "failure_comment": Text("failure_comment"),
        },
        Table.SUITE: {"id": Number("id", whole=True), "name": Text("name")},
        Table.CASE: {
            "id": Number("id", whole=True),
            "name": Text("name"),
            "result": Labels(
                "result", {**_TEST_LABELS, **{result.label: result for result in CaseResult}}
            ),
            "measurement": Number("measurement"),
            "units": Text("units"),
            "logged": Moment("logged"),
        },
    }
)
"""The fields of each table. Those of ``namedtestattribute`` are the keys of jobs' metadata."""


def _compare(path: str, operator: Operator, value: object) -> Q:
    if operator is Operator.NOT_EQUAL:
        return ~Q(**{path: value})
    return Q(**{f"{path}__{operator}": value})


def _sharp(operator: Operator) -> Operator:
    """What has no case compares as if that had been asked."""
    return Operator.EXACT if operator is Operator.IEXACT else operator


def _one_of(operator: Operator, *allowed: Operator) -> None:
    if operator not in allowed:
        names = ", ".join(sorted(allowed))
        raise InvalidCondition(f"{operator} does not fit this field: it takes {names}")


def _moment(value: str) -> datetime:
    try:
        moment = parse_datetime(value)
        if moment is None and (date := parse_date(value)) is not None:
            moment = datetime.combine(date, time())
        if moment is None:
            raise ValueError(value)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        raise InvalidCondition(f"{value!r} is no time such as 2026-11-24 12:30:00") from error
