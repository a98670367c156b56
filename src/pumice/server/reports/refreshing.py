"""Refresh cached queries: read their results anew and keep them."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import DatabaseError, transaction
from django.db.models import Q
from django.utils import timezone

from pumice.server.database.limits import TookTooLong, time_limit
from pumice.server.reports.errors import BeingRefreshed, CannotRefresh, IsLive
from pumice.server.reports.fields import Table
from pumice.server.reports.matching import MODELS, fits
from pumice.server.reports.models import Hit, Query
from pumice.server.reports.queries import conditions_of

MAX_HITS = 10_000
"""So many results are kept of a query: the newest."""

MAX_SECONDS = 60
"""The database may work for so long on a refresh."""

ABANDONED_AFTER = timedelta(minutes=10)
"""A refresh that has not ended by then was cut off, and another may begin."""

log = logging.getLogger("pumice.reports")


def refresh(query: Query) -> None:
    """Keep what a cached query finds now, whoever may see it. Whether somebody may is checked
    before.

    Raises IsLive; BeingRefreshed; CannotRefresh where the query was changed or deleted meanwhile,
    takes too long, or the database fails: then the old results stay.
    """
    if query.live:
        raise IsLive(f"the query {query.name} is live: there is nothing to refresh")
    now = timezone.now()
    free = Q(refreshing_since=None) | Q(refreshing_since__lt=now - ABANDONED_AFTER)
    claimed = Query.objects.filter(free, pk=query.pk, live=False).update(refreshing_since=now)
    if not claimed:
        raise BeingRefreshed(f"the query {query.name} is being refreshed: wait for its results")
    try:
        _read(query, now)
    except TookTooLong as error:
        raise CannotRefresh(f"the query {query.name} takes too long: {error}") from error
    except DatabaseError as error:
        log.exception("refresh failed", extra={"query": query.pk})
        raise CannotRefresh(f"the results of the query {query.name} cannot be read") from error
    finally:
        Query.objects.filter(pk=query.pk, refreshing_since=now).update(refreshing_since=None)
    query.refresh_from_db()


def refresh_all() -> tuple[int, list[str]]:
    """Refresh all cached queries. Returns how many were, and of the others why they were not."""
    refreshed, refused = 0, list[str]()
    for query in Query.objects.filter(live=False).order_by("id"):
        try:
            refresh(query)
            refreshed += 1
        except CannotRefresh as error:
            refused.append(str(error))
    return refreshed, refused


def _read(query: Query, claimed: datetime) -> None:
    query.refresh_from_db()
    entity, revision = Table(query.entity), query.revision
    rows = MODELS[entity]._default_manager.filter(fits(entity, conditions_of(query)))
    with time_limit(MAX_SECONDS):
        keys = list(rows.order_by("-id").values_list("pk", flat=True)[:MAX_HITS])
    with transaction.atomic():
        same = Query.objects.select_for_update().filter(
            pk=query.pk, revision=revision, refreshing_since=claimed
        )
        if same.first() is None:
            raise CannotRefresh(f"the query {query.name} was changed meanwhile: refresh it again")
        Hit.objects.filter(query=query).delete()
        Hit.objects.bulk_create((Hit(query=query, target=key) for key in keys), batch_size=1_000)
        Query.objects.filter(pk=query.pk).update(refreshed_on=claimed, refreshing_since=None)
