"""Reads of jobs, each starting from what the user may see."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, Q, QuerySet

from pumice.server.accounts.authentication import Requester
from pumice.server.jobs.models import Job
from pumice.wire.states import JobState

ViewingGroup = Job.viewing_groups.through


def visible(user: Requester) -> QuerySet[Job]:
    """The jobs that the user may see: own, public, and those of groups that they are in."""
    if isinstance(user, User) and user.is_superuser:
        return Job.objects.all()
    of_job = ViewingGroup.objects.filter(job_id=OuterRef("pk"))
    grouped = Exists(of_job)
    public = Q(is_public=True) & ~Q(grouped)
    if not isinstance(user, User):
        return Job.objects.filter(public)
    foreign = Exists(of_job.exclude(group_id__in=user.groups.values("pk")))
    return Job.objects.filter(Q(submitter=user) | public | (Q(grouped) & ~Q(foreign)))


def newest(user: Requester) -> QuerySet[Job]:
    """The visible jobs, newest first, with what lists show joined."""
    return visible(user).select_related("submitter").order_by("-id")


def queued(user: Requester) -> QuerySet[Job]:
    """The visible jobs that wait for a device, newest first."""
    return newest(user).filter(state=JobState.SUBMITTED)


def find(job_id: object) -> Job | None:
    """The job with this id, an int or its decimal text; None for anything else."""
    text = str(job_id)
    if isinstance(job_id, bool) or not text.isascii() or not text.isdigit() or len(text) > 18:
        return None
    return Job.objects.select_related("submitter").filter(pk=int(text)).first()


def current_jobs(hostnames: list[str]) -> dict[str, int]:
    """For each of these devices that has one: the id of the job that holds it."""
    held = Job.objects.filter(
        actual_device__in=hostnames,
        state__in=(JobState.SCHEDULED, JobState.RUNNING, JobState.CANCELING),
    )
    return dict(held.values_list("actual_device_id", "id"))
