"""The table of entries."""

from __future__ import annotations

from django.db import models


class Entry(models.Model):
    """One change. ``who`` is a user's name, or "" for the command line's own user.

    ``changes`` maps the name of what was changed to its old and its new value.
    """

    id = models.BigAutoField(primary_key=True)
    when = models.DateTimeField(db_index=True)
    who = models.CharField(max_length=150)
    via = models.CharField(max_length=20)
    address = models.CharField(max_length=45, blank=True, default="")
    act = models.CharField(max_length=40)
    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=300)
    changes = models.JSONField(default=dict)
    reason = models.TextField(blank=True, default="")

    class Meta:
        verbose_name_plural = "entries"
        indexes = (
            models.Index(fields=["who", "-id"], name="audit_of_person"),
            models.Index(fields=["subject", "-id"], name="audit_of_thing"),
            models.Index(fields=["kind", "-id"], name="audit_of_kind"),
            models.Index(fields=["act", "-id"], name="audit_of_act"),
            models.Index(fields=["kind", "act", "-id"], name="audit_of_kind_and_act"),
        )

    def __str__(self) -> str:
        return f"{self.act} {self.kind} {self.subject}"
