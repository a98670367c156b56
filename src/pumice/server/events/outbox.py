"""Write events with the change that they tell of."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from pumice.server.database.wake import wake
from pumice.server.events.models import Event

SITE = "lavaserver"
"""The user named by events of devices and workers."""


@dataclass(frozen=True, slots=True)
class Notice:
    """An event to be written: its kind and body (see pumice.wire.events), and what it is about."""

    kind: str
    body: dict[str, Any]
    user: str = SITE
    job_id: int | None = None
    device: str | None = None
    worker: str | None = None


def emit(notices: Iterable[Notice], when: datetime | None = None) -> None:
    """Write events in the current transaction; the events' leader is woken by its commit."""
    created = when or timezone.now()
    rows = [
        Event(
            uuid=str(uuid.uuid1()),
            created=created,
            kind=notice.kind,
            user=notice.user,
            body=notice.body,
            job_id=notice.job_id,
            device=notice.device,
            worker=notice.worker,
        )
        for notice in notices
    ]
    if rows:
        Event.objects.bulk_create(rows)
        wake("outbox")
