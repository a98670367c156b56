"""Reads of the entries, newest first; a page goes on from a number, and nothing is counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import QuerySet, Subquery, Value
from django.db.models.functions import Concat

from pumice.server.audit.models import Entry
from pumice.server.database.texts import storable

_SELECTIVE = ("subject", "who", "kind", "act")
"""The fields that are compared, that of which each value has the fewest entries first."""

_AT_ONCE = 10_000
"""Numbers follow time but for entries that are made at once: of these there are never so many."""


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for; an empty field leaves all. Texts are compared whole.

    ``since`` is included, ``until`` is not.
    """

    who: str = ""
    kind: str = ""
    subject: str = ""
    act: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Some entries; ``older`` and ``newer`` are where those before and after them go on, or None
    where there are none."""

    entries: list[Entry]
    older: int | None
    newer: int | None


def may_see_all(user: User | AnonymousUser) -> bool:
    """Whether the user may see what others did: who has ``audit.view_entry``."""
    return user.has_perm("audit.view_entry")


def visible(user: User | AnonymousUser) -> QuerySet[Entry]:
    """All entries, newest first, for those who may see all; else one's own."""
    if may_see_all(user):
        return Entry.objects.order_by("-id")
    return Entry.objects.filter(who=user.get_username()).exclude(who="").order_by("-id")


def about(kind: str, subject: str) -> QuerySet[Entry]:
    """What was done to one thing, newest first."""
    return Entry.objects.filter(kind=kind, subject=subject).order_by("-id")


def searched(entries: QuerySet[Entry], wanted: Search) -> QuerySet[Entry]:
    """Those of the entries that match all that is looked for."""
    texts = {name: storable(getattr(wanted, name)) for name in _SELECTIVE if getattr(wanted, name)}
    indexed = {"kind", "act"} if set(texts) <= {"kind", "act"} else set(list(texts)[:1])
    for name, text in texts.items():
        if name in indexed:
            entries = entries.filter(**{name: text})
        else:  # an expression hides the column from the planner, which takes the best index then
            hidden = {f"{name}_text": Concat(name, Value(""))}
            entries = entries.alias(**hidden).filter(**{f"{name}_text": text})
    if wanted.since is not None:
        first = Entry.objects.filter(when__gte=wanted.since).order_by("when").values("pk")[:1]
        entries = entries.filter(pk__gte=Subquery(first) - _AT_ONCE, when__gte=wanted.since)
    if wanted.until is not None:
        last = Entry.objects.filter(when__lt=wanted.until).order_by("-when").values("pk")[:1]
        entries = entries.filter(pk__lte=Subquery(last) + _AT_ONCE, when__lt=wanted.until)
    return entries


def page(
    entries: QuerySet[Entry], rows: int, *, older: int | None = None, newer: int | None = None
) -> Page:
    """So many of the entries: those before the number `older`, those after `newer`, or the newest.

    The numbers are those of another page, or of any entry.
    """
    if newer is not None:
        found = list(entries.filter(pk__gt=newer).order_by("id")[: rows + 1])
        more, shown = len(found) > rows, found[:rows][::-1]
        return Page(shown, shown[-1].pk if shown else None, shown[0].pk if more else None)
    if older is not None:
        entries = entries.filter(pk__lt=older)
    found = list(entries.order_by("-id")[: rows + 1])
    more, shown = len(found) > rows, found[:rows]
    before = shown[0].pk if shown and older is not None else None
    return Page(shown, shown[-1].pk if more else None, before)
