"""MultiNode groups: the jobs of a group, and where its guests run.

What the group's text says of a job is found by the job's place in the group.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, cast
from uuid import UUID

from django.db.models import QuerySet

from pumice.definitions.multinode import Member, members
from pumice.formats import yaml
from pumice.server.accounts.authentication import Requester
from pumice.server.jobs.models import Job
from pumice.server.jobs.queries import visible
from pumice.server.jobs.secrets import full_definition
from pumice.wire.states import JobState

HELD = (JobState.SCHEDULED, JobState.RUNNING, JobState.CANCELING)
"""The states in which a worker has a job."""


def jobs_of_group(job: Job) -> QuerySet[Job]:
    """All jobs of the group that the job is of, in their order; the job alone if it is of none."""
    if job.target_group is None:
        return Job.objects.filter(pk=job.pk)
    return Job.objects.filter(target_group=job.target_group).order_by("pk")


def others_of_group(user: Requester, job: Job) -> list[str]:
    """The numbers, in their group, of the other jobs of the job's group that the user may see."""
    if job.target_group is None:
        return []
    others = visible(user).filter(target_group=job.target_group).exclude(pk=job.pk)
    return list(others.order_by("pk").values_list("sub_id", flat=True))


def members_of_group(job: Job) -> tuple[Member, ...]:
    """Who the jobs of the job's group are, in their order."""
    return _members(job.target_group)


@lru_cache(maxsize=256)
def _members(target_group: UUID | None) -> tuple[Member, ...]:
    # The text of a group never changes, and is read for each of its guests.
    first = Job.objects.filter(target_group=target_group).order_by("pk")[0]
    return members(cast("dict[str, Any]", yaml.load(full_definition(first)).data))


def roles_of_devices(job: Job) -> dict[str, str]:
    """The roles of the jobs of the job's group that have devices, by the jobs' numbers."""
    roles = members_of_group(job)
    jobs = jobs_of_group(job).only("pk", "sub_id", "target_group", "requested_device_type")
    return {str(one.pk): roles[one.place].role for one in jobs if not one.is_guest}


def is_essential(job: Job) -> bool:
    """Whether the jobs of the group end when this one fails."""
    return members_of_group(job)[job.place].essential


def host_of(guest: Job) -> Job | None:
    """The job on whose device a guest runs; None where its group has lost it."""
    return hosts_of([guest]).get(guest.pk)


def hosts_of(guests: Iterable[Job]) -> dict[int, Job]:
    """The jobs on whose devices these guests run, by the guests' numbers."""
    by_group: dict[object, list[Job]] = {}
    for guest in guests:
        by_group.setdefault(guest.target_group, []).append(guest)
    names: dict[int, str] = {}
    for group in by_group.values():
        roles = members_of_group(group[0])
        for guest in group:
            stem, _, _ = guest.sub_id.rpartition(".")
            names[guest.pk] = f"{stem}.{roles[guest.place].host}"
    hosts = Job.objects.select_related("actual_device").filter(sub_id__in=set(names.values()))
    by_name = {host.sub_id: host for host in hosts}
    return {pk: by_name[name] for pk, name in names.items() if name in by_name}


def guests_at_work() -> list[tuple[Job, Job]]:
    """The guests that workers have, each with the job on whose device it runs."""
    guests = list(
        Job.objects.filter(
            state__in=HELD,
            actual_device__isnull=True,
            requested_device_type__isnull=True,
            target_group__isnull=False,
        ).order_by("pk")
    )
    if not guests:
        return []
    hosts = hosts_of(guests)
    return [(guest, hosts[guest.pk]) for guest in guests if guest.pk in hosts]
