"""The outbox's table."""

from __future__ import annotations

from django.db import models


class Event(models.Model):
    """One event. ``seq`` is null until the events' leader has stamped it."""

    id = models.BigAutoField(primary_key=True)
    seq = models.BigIntegerField(null=True, unique=True)
    uuid = models.CharField(max_length=36)
    created = models.DateTimeField()
    kind = models.CharField(max_length=16)
    user = models.CharField(max_length=150)
    body = models.JSONField()
    job_id = models.BigIntegerField(null=True)
    device = models.CharField(max_length=200, null=True)
    worker = models.CharField(max_length=200, null=True)

    class Meta:
        indexes = (
            models.Index(
                fields=["id"], name="events_unstamped", condition=models.Q(seq__isnull=True)
            ),
        )
