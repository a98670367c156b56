"""Events as rows, for figures that other programs make."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from pumice.server.events.models import Event
from pumice.wire import events

COLUMNS = ("time", "device", "device_type", "worker", "state", "health", "job")


def transitions(start: datetime, end: datetime) -> Iterator[tuple[object, ...]]:
    """What devices became, in that order, from ``start`` on and before ``end``."""
    found = Event.objects.filter(kind=events.DEVICE, created__gte=start, created__lt=end)
    for created, body in found.order_by("pk").values_list("created", "body").iterator():
        yield (created.isoformat(), *(body.get(name) for name in COLUMNS[1:]))
