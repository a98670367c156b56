"""Reads of queries and of what they find, each starting from what the user may see."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet

from pumice.server.accounts.authentication import Requester
from pumice.server.database.texts import storable
from pumice.server.reports.conditions import Condition
from pumice.server.reports.errors import NeverRefreshed
from pumice.server.reports.fields import Operator, Table
from pumice.server.reports.matching import fits, visible_rows
from pumice.server.reports.models import Hit, Query, QueryCondition
from pumice.server.reports.permissions import usable

MAX_ROWS = 1_000
"""An answer has no more results than this."""


def named(owner: str, name: str) -> Query | None:
    """The query of this name that the person of that name saved, or None."""
    saved = Query.objects.select_related("owner", "group")
    return saved.filter(owner__username=storable(owner), name=storable(name)).first()


def queries(user: Requester) -> QuerySet[Query]:
    """The queries that the user may see: published ones and those that they may use, by name."""
    seen = Query.objects.filter(Q(published=True) | usable(user))
    return seen.select_related("owner", "group").order_by("name", "id")


def conditions_of(query: Query) -> list[Condition]:
    """The conditions of a saved query, in their order."""
    kept = QueryCondition.objects.filter(query=query).order_by("place")
    return [
        Condition(Table(table), field, Operator(operator), value)
        for table, field, operator, value in kept.values_list("table", "field", "operator", "value")
    ]


def found(
    user: Requester, entity: Table, conditions: Iterable[Condition], limit: int
) -> QuerySet[Any]:
    """The newest jobs, suites or cases that fit all conditions and that the user may see.

    At most ``limit``, and never more than :data:`MAX_ROWS`. Raises InvalidCondition.
    """
    return _first(visible_rows(user, entity).filter(fits(entity, conditions)), limit)


def results(user: Requester, query: Query, limit: int) -> QuerySet[Any]:
    """The newest results of a saved query that the user may see, as :func:`found` has them.

    Those of a cached query are as they were when it was refreshed, without what was deleted since.
    Raises NeverRefreshed.
    """
    entity = Table(query.entity)
    if query.live:
        return found(user, entity, conditions_of(query), limit)
    if query.refreshed_on is None:
        raise NeverRefreshed(f"the query {query.name} has no results yet: refresh it first")
    kept = Hit.objects.filter(query=query).values("target")
    return _first(visible_rows(user, entity).filter(pk__in=kept), limit)


def _first(rows: QuerySet[Any], limit: int) -> QuerySet[Any]:
    return rows[: max(0, min(limit, MAX_ROWS))]
