"""Read the outbox in its order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max

from pumice.server.events.models import Event


@dataclass(frozen=True, slots=True)
class Stamped:
    """An event as readers get it."""

    seq: int
    uuid: str
    created: datetime
    kind: str
    user: str
    body: dict[str, Any]
    job_id: int | None
    device: str | None
    worker: str | None


_COLUMNS = ("seq", "uuid", "created", "kind", "user", "body", "job_id", "device", "worker")


def after(seq: int, limit: int = 500) -> list[Stamped]:
    """The next stamped events after a cursor, in order."""
    rows = Event.objects.filter(seq__gt=seq).order_by("seq").values_list(*_COLUMNS)[:limit]
    return [Stamped(*row) for row in rows]


def last_seq() -> int:
    """The cursor of a reader that wants only what comes from now on."""
    return Event.objects.aggregate(last=Max("seq"))["last"] or 0
