"""Find the jobs, suites or cases that fit conditions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from pumice.server.accounts.authentication import Requester
from pumice.server.accounts.grants import may_everything
from pumice.server.jobs.models import Job
from pumice.server.jobs.queries import visible
from pumice.server.reports.conditions import Condition
from pumice.server.reports.fields import Table
from pumice.server.results.models import Case, Suite

MODELS: dict[Table, type[Job] | type[Suite] | type[Case]] = {
    Table.JOB: Job,
    Table.SUITE: Suite,
    Table.CASE: Case,
}

_ABOVE = {
    Table.JOB: {Table.JOB: "", Table.ATTRIBUTE: ""},
    Table.SUITE: {Table.SUITE: "", Table.JOB: "job__", Table.ATTRIBUTE: "job__"},
    Table.CASE: {
        Table.CASE: "",
        Table.SUITE: "suite__",
        Table.JOB: "suite__job__",
        Table.ATTRIBUTE: "suite__job__",
    },
}
"""How the paths of Django's queries lead from a row to what it belongs to, and to itself."""


def visible_rows(user: Requester, entity: Table) -> QuerySet[Any]:
    """The jobs, suites or cases of jobs that the user may see, newest first."""
    if entity is Table.JOB:
        return visible(user).order_by("-id")
    rows = MODELS[entity]._default_manager.order_by("-id")
    if may_everything(user):
        return rows
    return rows.filter(**{f"{_ABOVE[entity][Table.JOB]}in": visible(user).values("pk")})


def fits(entity: Table, conditions: Iterable[Condition]) -> Q:
    """What rows fit all conditions.

    A job fits conditions on suites and cases where one case of it, in one suite, fits them all;
    likewise a suite those on cases. Raises InvalidCondition.
    """
    given = list(conditions)
    above = _ABOVE[entity]
    own = Q()
    for condition in given:
        if condition.table in above:
            own &= condition.compare(above[condition.table])
    below = [condition for condition in given if condition.table not in above]
    if not below:
        return own
    lowest = Table.CASE if any(c.table is Table.CASE for c in below) else Table.SUITE
    back = _ABOVE[lowest][entity].removesuffix("__")
    inner = Q(**{back: OuterRef("pk")})
    for condition in below:
        inner &= condition.compare(_ABOVE[lowest][condition.table])
    return own & Q(Exists(MODELS[lowest]._default_manager.filter(inner)))
