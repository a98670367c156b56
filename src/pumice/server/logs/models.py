"""How far each job's log is written, and PostgreSQL's live chunks."""

from __future__ import annotations

from django.db import models


class JobLog(models.Model):
    """A job's log: ``lines`` and ``bytes`` are what is committed.

    ``sealed`` names the object in the media storage; empty while the log is live.
    """

    job_id: int
    job = models.OneToOneField(
        "jobs.Job", primary_key=True, on_delete=models.CASCADE, related_name="log"
    )
    lines = models.PositiveIntegerField(default=0)
    bytes = models.PositiveBigIntegerField(default=0)
    sealed = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        indexes = (models.Index(fields=["job"], name="log_live", condition=models.Q(sealed="")),)


class Chunk(models.Model):
    """Some lines of a live log, compressed."""

    id = models.BigAutoField(primary_key=True)
    job_id: int
    job = models.ForeignKey("jobs.Job", on_delete=models.CASCADE, related_name="+")
    first_line = models.PositiveIntegerField()
    lines = models.PositiveIntegerField()
    data = models.BinaryField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["job", "first_line"], name="chunk_place"),)
