"""Jobs as rows, for figures that other programs make."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from pumice.server.jobs.models import Job
from pumice.wire.states import JobHealth, JobState

COLUMNS = (
    "id",
    "submitter",
    "description",
    "requested_device_type",
    "actual_device",
    "health_check",
    "priority",
    "state",
    "health",
    "submit_time",
    "start_time",
    "end_time",
    "error_type",
)


def submitted(start: datetime, end: datetime) -> Iterator[tuple[object, ...]]:
    """The jobs, by id, that were submitted from ``start`` on and before ``end``."""
    jobs = Job.objects.filter(submit_time__gte=start, submit_time__lt=end).order_by("pk")
    rows = jobs.values_list(
        "pk",
        "submitter__username",
        "description",
        "requested_device_type_id",
        "actual_device_id",
        "health_check",
        "priority",
        "state",
        "health",
        "submit_time",
        "start_time",
        "end_time",
        "error_type",
    )
    for *before, state, health, submit, begin, finish, error in rows.iterator():
        times = (when and when.isoformat() for when in (submit, begin, finish))
        yield (*before, JobState(state).label, JobHealth(health).label, *times, error)
