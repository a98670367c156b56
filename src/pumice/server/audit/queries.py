"""Reads of the entries."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import QuerySet

from pumice.server.audit.models import Entry


def visible(user: User | AnonymousUser) -> QuerySet[Entry]:
    """All entries, newest first, for those who have ``audit.view_entry``; else one's own."""
    if user.has_perm("audit.view_entry"):
        return Entry.objects.order_by("-id")
    return Entry.objects.filter(who=user.get_username()).exclude(who="").order_by("-id")


def about(kind: str, subject: str) -> QuerySet[Entry]:
    """What was done to one thing, newest first."""
    return Entry.objects.filter(kind=kind, subject=subject).order_by("-id")
