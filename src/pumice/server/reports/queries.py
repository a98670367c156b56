"""Reads of queries and of what they find, each starting from what the user may see."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Q, QuerySet

from pumice.server.accounts.authentication import Requester
from pumice.server.database.limits import TookTooLong, time_limit
from pumice.server.database.texts import storable
from pumice.server.reports.conditions import Condition
from pumice.server.reports.errors import AskForLess, NeverRefreshed
from pumice.server.reports.fields import Operator, Table
from pumice.server.reports.matching import fits, visible_rows
from pumice.server.reports.models import Hit, Query, QueryCondition
from pumice.server.reports.permissions import usable

MAX_SECONDS = 30
"""The database may work for so long on an answer."""

MAX_SIZE = 32_000_000
"""The texts of an answer have no more characters than this."""

MAX_ROWS = 1_000
"""An answer has no more results than this."""

_AT_ONCE = 50


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


def read(found: QuerySet[Any], show: Callable[[Any], dict[str, Any]]) -> list[dict[str, Any]]:
    """What :func:`found` or :func:`results` found, each row as ``show`` has it.

    Raises AskForLess where the texts of the rows are too large together, or it takes too long.
    """
    rows, size, end = list[dict[str, Any]](), 0, time.monotonic() + MAX_SECONDS
    try:
        with time_limit(MAX_SECONDS):
            for row in found.iterator(_AT_ONCE):
                shown = show(row)
                size += sum(len(value) for value in shown.values() if isinstance(value, str))
                if size > MAX_SIZE:
                    raise AskForLess(
                        f"the answer has more than {MAX_SIZE} characters: ask for less"
                    )
                if time.monotonic() > end:
                    raise AskForLess(
                        f"the answer needs more than {MAX_SECONDS} seconds: ask for less"
                    )
                rows.append(shown)
    except TookTooLong as error:
        raise AskForLess(f"{error}: ask for less") from error
    return rows


def _first(rows: QuerySet[Any], limit: int) -> QuerySet[Any]:
    return rows[: max(0, min(limit, MAX_ROWS))]
