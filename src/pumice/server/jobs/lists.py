"""Lists of jobs: what they can be searched and sorted by, and their rows.

Lists read only the columns that they show and never count a table.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db.models import Count, Exists, OuterRef, QuerySet

from pumice.server.accounts.authentication import Requester
from pumice.server.database.listing import Fields
from pumice.server.jobs.models import Job
from pumice.server.jobs.queries import visible
from pumice.server.lab.models import Device
from pumice.wire.states import JobHealth, JobState

FIELDS = Fields(
    texts={
        "description": "description",
        "device": "actual_device__hostname",
        "submitter": "submitter__username",
        "requested_device_type": "requested_device_type__name",
    },
    numbers={"id": "id"},
    labels={"state": ("state", JobState), "health": ("health", JobHealth)},
    hours={"submit_time": "submit_time", "end_time": "end_time"},
    sorts={
        "id": "id",
        "description": "description",
        "device": "actual_device_id",
        "requested_device_type": "requested_device_type_id",
        "submitter": "submitter__username",
        "priority": "priority",
        "submit_time": "submit_time",
        "end_time": "end_time",
    },
    unique="id",
    default="-id",
)

QUEUE_FIELDS = Fields(
    texts=FIELDS.texts,
    numbers=FIELDS.numbers,
    hours=FIELDS.hours,
    sorts=FIELDS.sorts,
    unique="id",
    default="submit_time",
)
"""Of the queue, oldest first."""


@dataclass(frozen=True, slots=True)
class JobRow:
    """A job as lists show it."""

    id: int
    description: str
    device_type: str | None
    device: str | None
    submitter: str
    state: int
    health: int
    priority: int
    submit_time: datetime
    start_time: datetime | None
    end_time: datetime | None
    sub_id: str

    @property
    def display_id(self) -> int | str:
        """How people name the job."""
        return self.sub_id or self.id


_COLUMNS = (
    "id",
    "description",
    "requested_device_type_id",
    "actual_device_id",
    "submitter__username",
    "state",
    "health",
    "priority",
    "submit_time",
    "start_time",
    "end_time",
    "sub_id",
)


def rows(jobs: QuerySet[Job], start: int, end: int) -> list[JobRow]:
    """The jobs from one place to another (not included), in the order of the query set."""
    return [JobRow(*row) for row in jobs.values_list(*_COLUMNS)[start:end]]


def active(user: Requester) -> QuerySet[Job]:
    """The visible jobs that have a device and have not ended."""
    return visible(user).filter(
        state__in=(JobState.SCHEDULED, JobState.RUNNING, JobState.CANCELING)
    )


def waiting(user: Requester) -> QuerySet[Job]:
    """The visible jobs that wait for a device."""
    return visible(user).filter(state__in=(JobState.SUBMITTED, JobState.SCHEDULING))


def own(user: User) -> QuerySet[Job]:
    """The jobs that the user submitted."""
    return Job.objects.filter(submitter=user)


def of_device(user: Requester, hostname: str) -> QuerySet[Job]:
    """The visible jobs that run or ran on the device."""
    return visible(user).filter(actual_device=hostname)


def of_device_type(user: Requester, name: str) -> QuerySet[Job]:
    """The visible jobs that asked for the device type."""
    return visible(user).filter(requested_device_type=name)


def of_worker(user: Requester, hostname: str) -> QuerySet[Job]:
    """The visible jobs that run or ran on a device of the worker."""
    # Asked of each job from the newest on: a join would first find all that the worker ever ran.
    devices = Device.objects.filter(pk=OuterRef("actual_device_id"), worker_host=hostname)
    return visible(user).filter(Exists(devices))


def waiting_by_type(user: Requester) -> dict[str, int]:
    """How many of the visible jobs wait for each device type that any waits for."""
    queue = visible(user).filter(state=JobState.SUBMITTED, requested_device_type__isnull=False)
    counted = queue.order_by().values_list("requested_device_type_id")
    return dict(counted.annotate(count=Count("pk")))


def counts_of_unfinished() -> dict[int, int]:
    """How many jobs there are in each state but Finished, visible or not."""
    unfinished = Job.objects.filter(state__lt=JobState.FINISHED).order_by()
    return dict(unfinished.values_list("state").annotate(count=Count("pk")))


def queue_lengths() -> dict[str, int]:
    """How many jobs wait for each device type that any waits for, visible or not."""
    queue = Job.objects.filter(
        state=JobState.SUBMITTED, requested_device_type__isnull=False
    ).order_by()
    return dict(queue.values_list("requested_device_type_id").annotate(count=Count("pk")))
