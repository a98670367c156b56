"""Tags and filters of the pages."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django import template
from django.utils import timezone
from django.utils.safestring import SafeString

from pumice.server.jobs.lists import JobRow
from pumice.server.jobs.models import Job
from pumice.server.web import assets, labels
from pumice.server.web.results import addresses
from pumice.wire.states import (
    CaseResult,
    DeviceHealth,
    DeviceState,
    WorkerHealth,
    WorkerState,
)

register = template.Library()


@register.simple_tag
def asset(name: str) -> str:
    """The address of a built file of the front end, such as ``{% asset "site.css" %}``."""
    return assets.url(name)


@register.filter
def status(job: Job | JobRow) -> SafeString:
    """The tag of a job."""
    return labels.status_tag(job.state, job.health)


@register.filter
def took(job: Job | JobRow) -> SafeString | str:
    """How long the job has run."""
    return labels.elapsed(job.start_time, job.end_time, timezone.now())


@register.filter
def waited(job: Job | JobRow) -> SafeString | str:
    """How long the job has waited, or did before it started."""
    return labels.elapsed(job.submit_time, job.start_time or job.end_time, timezone.now())


@register.filter
def moment(when: datetime | None) -> SafeString | str:
    """A time, as ``<time>``."""
    return labels.moment(when)


@register.filter
def device_state(value: int) -> SafeString:
    return labels.tag(DeviceState(value))


@register.filter
def device_health(value: int) -> SafeString:
    return labels.tag(DeviceHealth(value))


@register.filter
def worker_state(value: int) -> SafeString:
    return labels.tag(WorkerState(value))


@register.filter
def worker_health(value: int) -> SafeString:
    return labels.tag(WorkerHealth(value))


@register.filter
def result(value: int) -> SafeString:
    """The tag of a case's result."""
    return labels.tag(CaseResult(value))


@register.filter
def priority(value: int) -> str:
    """The name of a job's priority."""
    return labels.priority(value)


@register.simple_tag
def suite_url(job_id: int, suite: str) -> str:
    """The page of a suite."""
    return addresses.suite_url(job_id, suite)


@register.filter
def of(counts: dict[str, int], name: str) -> int:
    """The count of a name; 0 where it has none."""
    return counts.get(name, 0)


@register.filter
def measured(value: Decimal | None, units: str) -> str:
    """A measurement with its units, without the zeros that the database adds."""
    if value is None:
        return "—"
    return f"{value.normalize():f} {units}".strip()
