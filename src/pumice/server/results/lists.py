"""Lists of results: what cases can be searched and sorted by, and rows of suites and cases.

Whether the user may see the job is checked before.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Count, Q, QuerySet

from pumice.server.database.listing import Fields
from pumice.server.jobs.models import Job
from pumice.server.results.models import Case, Suite
from pumice.server.results.queries import cases_of, suites_of
from pumice.wire.states import CaseResult

CASE_FIELDS = Fields(
    texts={"name": "name"},
    labels={"result": ("result", CaseResult)},
    sorts={
        "id": "id",
        "name": "name",
        "result": "result",
        "measurement": "measurement",
        "logged": "logged",
    },
    unique="id",
    default="id",
)


@dataclass(frozen=True, slots=True)
class SuiteRow:
    """A suite with how many of its cases have which result."""

    name: str
    passed: int
    failed: int
    skipped: int
    unknown: int

    @property
    def total(self) -> int:
        return self.passed + self.failed + self.skipped + self.unknown


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case as lists show it; ``start_line`` counts log lines from 0."""

    id: int
    name: str
    suite: str
    test_set: str | None
    result: int
    measurement: Decimal | None
    units: str
    start_line: int | None
    logged: datetime
    metadata: dict[str, Any]


_COLUMNS = (
    "id",
    "name",
    "suite__name",
    "test_set__name",
    "result",
    "measurement",
    "units",
    "start_log_line",
    "logged",
    "metadata",
)


def suite_rows(job: Job) -> list[SuiteRow]:
    """The suites of a job with their counts, in the order in which they appeared."""
    counts = {
        name: Count("cases", filter=Q(cases__result=result))
        for name, result in (
            ("passed", CaseResult.PASS),
            ("failed", CaseResult.FAIL),
            ("skipped", CaseResult.SKIP),
            ("unknown", CaseResult.UNKNOWN),
        )
    }
    found = suites_of(job).annotate(**counts)
    return [SuiteRow(*row) for row in found.values_list("name", *counts)]


def case_rows(cases: QuerySet[Case], start: int, end: int) -> list[CaseRow]:
    """The cases from one place to another (not included), in the order of the query set."""
    return [CaseRow(*row) for row in cases.values_list(*_COLUMNS)[start:end]]


def failures(job: Job, limit: int) -> list[CaseRow]:
    """The first cases of a job that failed."""
    return case_rows(cases_of(job).filter(result=CaseResult.FAIL), 0, limit)


_MAX_PARTS = 50


def find_case(job: Job, place: str) -> Case | None:
    """The first case at ``SUITE/CASE`` (its name or id) or ``SUITE/SET/CASE``; None if none is.

    Names may hold slashes themselves: every way to read the place is tried.
    """
    suites = Suite.objects.filter(job=job, name__in=_heads(place)).order_by("name")
    for suite_id, name in suites.values_list("pk", "name"):
        rest = place[len(name) + 1 :]
        cases = _detailed().filter(suite=suite_id).order_by("id")
        found = cases.filter(name=rest).first()
        if found is None and rest.isascii() and rest.isdigit() and len(rest) <= 18:
            found = cases.filter(pk=int(rest)).first()
        if found is None:
            of_set = (Q(test_set__name=head, name=rest[len(head) + 1 :]) for head in _heads(rest))
            found = cases.filter(reduce(or_, of_set)).first() if "/" in rest else None
        if found is not None:
            return found
    return None


def _heads(place: str) -> list[str]:
    """What stands before each slash."""
    slashes = [index for index, character in enumerate(place) if character == "/"]
    return [place[:index] for index in slashes[:_MAX_PARTS]]


def case_by_id(text: str) -> Case | None:
    """The case with this id, with its suite and job; None for anything else."""
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        return None
    return _detailed().filter(pk=int(text)).first()


def _detailed() -> QuerySet[Case]:
    return Case.objects.select_related("suite__job__submitter", "test_set")
