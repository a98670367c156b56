"""Saved queries, their conditions, and the results that are kept of cached ones."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.db import models

from pumice.server.reports.conditions import MAX_NAME, MAX_VALUE
from pumice.server.reports.fields import ENTITIES, Operator, Table


class Query(models.Model):
    """A query that a person saved: what it lists, and for whom.

    The members of ``group`` may do all that the owner may; everyone may see what is published.
    ``revision`` counts the changes of what it lists; ``refreshed_on`` is when the kept results
    were read, and ``refreshing_since`` when somebody began to read others.
    """

    id = models.BigAutoField(primary_key=True)
    owner_id: int
    group_id: int | None
    owner: models.ForeignKey[User] = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="queries"
    )
    group: models.ForeignKey[Group | None] = models.ForeignKey(
        Group, null=True, on_delete=models.SET_NULL, related_name="queries"
    )
    name = models.CharField(max_length=MAX_NAME)
    description = models.TextField(blank=True, default="")
    entity = models.CharField(
        max_length=20, choices=[(table.value, table.value) for table in ENTITIES]
    )
    live = models.BooleanField(default=True)
    published = models.BooleanField(default=False)
    revision = models.PositiveIntegerField(default=0)
    refreshed_on = models.DateTimeField(null=True)
    refreshing_since = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "queries"
        constraints = (models.UniqueConstraint(fields=["owner", "name"], name="query_of_owner"),)


class QueryCondition(models.Model):
    """A condition of a saved query, at its place among them."""

    id = models.BigAutoField(primary_key=True)
    query_id: int
    query = models.ForeignKey(Query, on_delete=models.CASCADE, related_name="conditions")
    place = models.PositiveSmallIntegerField()
    table = models.CharField(max_length=20, choices=[(table.value, table.value) for table in Table])
    field = models.CharField(max_length=MAX_NAME)
    operator = models.CharField(
        max_length=10, choices=[(name.value, name.value) for name in Operator]
    )
    value = models.CharField(max_length=MAX_VALUE, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["query", "place"], name="condition_of_query"),
        )


class Hit(models.Model):
    """A result of a cached query: the key of a row of what the query lists."""

    id = models.BigAutoField(primary_key=True)
    query_id: int
    query = models.ForeignKey(Query, on_delete=models.CASCADE, related_name="hits")
    target = models.BigIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["query", "target"], name="hit_of_query"),)
