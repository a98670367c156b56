"""Reads of jobs, each starting from what the user may see."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.contrib.auth.models import User
from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.utils import timezone

from pumice.server.accounts.authentication import Requester
from pumice.server.accounts.grants import EVERYTHING, both, may_everything
from pumice.server.accounts.rights import rights
from pumice.server.database.compiled import Compiled, Given
from pumice.server.jobs.models import Document, Job
from pumice.server.lab.permissions import viewable_devices, viewable_types
from pumice.wire.states import JobHealth, JobState

_NUMBER = re.compile(r"[0-9]{1,18}")
_SUB_ID = re.compile(r"[0-9]{1,18}\.[0-9]{1,6}")
ViewingGroup = Job.viewing_groups.through


def visible(user: Requester) -> QuerySet[Job]:
    """The jobs that the user may see.

    Own ones; those whose viewing groups the user is all in; and public ones without groups whose
    device they may see, or whose device type where the job has no device yet. A guest of another
    job's device is seen with all jobs of its group.
    """
    if may_everything(user):
        return Job.objects.all()
    of_job = ViewingGroup.objects.filter(job_id=OuterRef("pk"))
    grouped = Exists(of_job)
    public = both(Q(is_public=True) & ~Q(grouped), _on_visible_boards(user))
    if not isinstance(user, User):
        return Job.objects.filter(public)
    foreign = Exists(of_job.exclude(group_id__in=rights(user).groups))
    return Job.objects.filter(Q(submitter=user) | public | (Q(grouped) & ~Q(foreign)))


def _on_visible_boards(user: Requester) -> Q:
    on_device = viewable_devices(user, "actual_device", "actual_device__device_type")
    of_type = viewable_types(user, "requested_device_type")
    if on_device == of_type == EVERYTHING:
        return EVERYTHING
    has_device, has_type = Q(actual_device__isnull=False), Q(requested_device_type__isnull=False)
    alone = (has_device & on_device) | (~has_device & has_type & of_type)
    of_group = Job.objects.filter(has_device | has_type, target_group=OuterRef("target_group"))
    guest = ~has_device & ~has_type
    return alone | (guest & ~Q(Exists(of_group.exclude(alone))))


def newest(user: Requester) -> QuerySet[Job]:
    """The visible jobs, newest first, with what lists show joined."""
    return visible(user).select_related("submitter").order_by("-id")


def queued(user: Requester) -> QuerySet[Job]:
    """The visible jobs that wait for a device, newest first."""
    return newest(user).filter(state=JobState.SUBMITTED)


def queued_for(user: Requester, device_types: list[str] | None) -> QuerySet[Job]:
    """Those of the queued jobs that ask for one of these device types; None: for any."""
    jobs = queued(user)
    return jobs if device_types is None else jobs.filter(requested_device_type__in=device_types)


def matching(
    user: Requester,
    *,
    state: JobState | None = None,
    health: JobHealth | None = None,
    ended_within: timedelta | None = None,
    longer_than: timedelta | None = None,
) -> QuerySet[Job]:
    """The visible jobs, newest first, that fit all that is given.

    ``longer_than`` counts from the start to the end, or to now; a job without a start never fits.
    """
    jobs, now = newest(user), timezone.now()
    if state is not None:
        jobs = jobs.filter(state=state)
    if health is not None:
        jobs = jobs.filter(health=health)
    if ended_within is not None:
        jobs = jobs.filter(end_time__range=(now - ended_within, now))
    if longer_than is not None:
        jobs = jobs.filter(
            Q(end_time=None, start_time__lt=now - longer_than)
            | Q(start_time__lt=F("end_time") - longer_than)
        )
    return jobs


def unfinished(user: Requester) -> QuerySet[Job]:
    """The visible jobs that have not finished, newest first."""
    return visible(user).filter(state__lt=JobState.FINISHED).order_by("-id")


def finished(jobs: QuerySet[Job]) -> QuerySet[Job]:
    """Those of the jobs that have finished, newest first."""
    return jobs.filter(state=JobState.FINISHED).order_by("-id")


def legacy_status(state: int, health: int) -> str:
    """The one word by which old clients know state and health of a job."""
    if state <= JobState.SCHEDULED:
        return JobState.SUBMITTED.label
    if state < JobState.FINISHED:
        return JobState(state).label
    return (JobHealth(health) or JobHealth.INCOMPLETE).label


def find(job_id: object) -> Job | None:
    """The job with this id, as :func:`named` reads it; None for anything else."""
    rule = named([job_id])
    return Job.objects.select_related("submitter").filter(rule).first()


def shown(job_id: object) -> Job | None:
    """As ``find``, for an overview: without definitions and metadata."""
    numbers, sub_ids = _numbers([job_id])
    if sub_ids:
        rows = _SHOWN_BY_SUB_ID.rows(sub_id=sub_ids[0])
    else:
        rows = _SHOWN.rows(number=numbers[0]) if numbers else []
    if not rows:
        return None
    username, *columns = rows[0]
    job = Job.from_db(connection.alias, _OVERVIEW, columns)
    job.submitter = User(pk=job.submitter_id, username=username)
    return job


def labels(job: Job) -> tuple[list[str], list[str]]:
    """The names of a job's tags and of its viewing groups, sorted."""
    rows = _LABELS.rows(job=job.pk)
    tags = sorted(name for is_group, name in rows if not is_group)
    return tags, sorted(name for is_group, name in rows if is_group)


DEFINITIONS = ("definition", "original_definition", "sealed_definition", "multinode_definition")
"""The large texts of a job, which lists and overviews do without."""


_OVERVIEW = [
    field.attname
    for field in Job._meta.concrete_fields
    if field.attname not in (*DEFINITIONS, "metadata")
]
_SHOWN = Compiled(
    lambda: Job.objects.filter(pk=Given("number")).values_list("submitter__username", *_OVERVIEW)
)
_SHOWN_BY_SUB_ID = Compiled(
    lambda: Job.objects.filter(sub_id=Given("sub_id")).values_list(
        "submitter__username", *_OVERVIEW
    )
)
_LABELS = Compiled(
    lambda: (
        Job.tags.through.objects.filter(job=Given("job"))
        .values_list(Value(0), "tag__name")
        .union(
            ViewingGroup.objects.filter(job=Given("job")).values_list(Value(1), "group__name"),
            all=True,
        )
    )
)


def named(job_ids: Iterable[object]) -> Q:
    """The jobs that these ids name.

    An id is an int or its decimal text, or the number that a job has in its MultiNode group, such
    as ``7.1``. Anything else names no job.
    """
    numbers, sub_ids = _numbers(job_ids)
    if sub_ids:
        return Q(pk__in=numbers) | Q(sub_id__in=sub_ids)
    return Q(pk=numbers[0]) if len(numbers) == 1 else Q(pk__in=numbers)


def _numbers(job_ids: Iterable[object]) -> tuple[list[int], list[str]]:
    texts = {str(job_id) for job_id in job_ids if not isinstance(job_id, bool)}
    numbers = [int(text) for text in texts if _NUMBER.fullmatch(text)]
    return numbers, [text for text in texts if _SUB_ID.fullmatch(text)]


def documents(job: Job, names: Sequence[str]) -> dict[str, str]:
    """Those of the job's texts that have one of these names and are there, by their names."""
    found = Document.objects.filter(job=job, name__in=names)
    return dict(found.values_list("name", "text"))


def current_jobs(hostnames: list[str] | None = None) -> dict[str, int]:
    """For each of these devices that has one: the id of the job that holds it. None: for all."""
    held = Job.objects.filter(
        state__in=(JobState.SCHEDULED, JobState.RUNNING, JobState.CANCELING),
        state__lt=JobState.FINISHED,  # what the index of unfinished jobs is for
    )
    if hostnames is not None:
        held = held.filter(actual_device__in=hostnames)
    rows = held.values_list("actual_device_id", "id")
    return {device: job for device, job in rows if device is not None}


def current_names(hostnames: list[str]) -> dict[str, int | str]:
    """For each of these devices that has one: how the job that holds it is called."""
    numbers = current_jobs(hostnames)
    sub_ids = dict(Job.objects.filter(pk__in=numbers.values()).values_list("pk", "sub_id"))
    return {hostname: sub_ids.get(pk) or pk for hostname, pk in numbers.items()}
