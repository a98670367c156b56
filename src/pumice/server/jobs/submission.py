"""Submit a job, or a MultiNode group of jobs: parse, check, store, wake the scheduler."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.db import transaction
from django.utils import timezone

from pumice.definitions.jobs import JobDefinition
from pumice.definitions.multinode import PROTOCOL, Part, split
from pumice.formats import yaml
from pumice.formats.errors import InvalidDocument, Path
from pumice.server.audit.record import record
from pumice.server.database.texts import is_storable, storable
from pumice.server.database.wake import wake
from pumice.server.events.outbox import emit
from pumice.server.jobs.feasibility import (
    SubmissionError,
    Wanted,
    check_together,
    refusal,
    wanted_of,
)
from pumice.server.jobs.models import Job
from pumice.server.jobs.notices import job_notice
from pumice.server.jobs.secrets import mask, masked_data, seal_definition
from pumice.server.jobs.validation import parse

__all__ = ["SubmissionError", "submit"]

MAX_GROUP_BYTES = 50_000_000
"""As much do the texts of a group take, which each of its jobs has."""


def submit(user: User, text: str) -> Job:
    """Store a job, with its event, and wake the scheduler.

    The jobs of a MultiNode group are stored all or none; the first one is returned, and
    :func:`pumice.server.jobs.groups.jobs_of_group` has them all. Raises SubmissionError.
    """
    try:
        definition = parse(text)
    except InvalidDocument as error:
        raise SubmissionError("Problem with submitted job data: ", error.problems) from error
    if path := _unstorable(definition.data):
        raise refusal("the text holds a NUL character or half of a surrogate pair", path)
    with transaction.atomic():
        if definition.is_group:
            jobs = _group(user, text, definition)
        else:
            jobs = [_single(user, text, definition)]
        for job in jobs:
            record(user, "submit", "job", job.pk)
        emit([job_notice(job) for job in jobs], jobs[0].submit_time)
        wake("queue")
    return jobs[0]


def _unstorable(value: object, path: Path = ()) -> Path | None:
    """Where a text stands that no database can hold; only escapes in quotes can write one."""
    if isinstance(value, str):
        return None if is_storable(value) else path
    if isinstance(value, dict):
        for key, item in cast("dict[Any, Any]", value).items():
            inside = (*path, storable(str(key)))
            if found := _unstorable(key, inside) or _unstorable(item, inside):
                return found
    if isinstance(value, list):
        for number, item in enumerate(cast("list[Any]", value)):
            if found := _unstorable(item, (*path, number)):
                return found
    return None


def _single(user: User, text: str, definition: JobDefinition) -> Job:
    wanted = wanted_of(user, definition.data)
    job = _job(user, definition, wanted, timezone.now())
    job.original_definition = mask(text, definition.data)
    job.definition = mask(definition.text(), definition.data)
    job.sealed_definition = seal_definition(text, definition.data)
    job.save(force_insert=True)
    _relate(user, definition, [(job, wanted)])
    return job


def _group(user: User, text: str, definition: JobDefinition) -> list[Job]:
    target_group = uuid.uuid4()
    try:
        parts = split(definition.data, target_group=str(target_group))
    except InvalidDocument as error:
        raise SubmissionError("Problem with submitted job data: ", error.problems) from error
    if len(parts) * len(text) > MAX_GROUP_BYTES:
        raise refusal(
            f"{len(parts)} jobs with a text of {len(text)} characters are too much: at most"
            f" {MAX_GROUP_BYTES} together are possible",
            ("protocols", PROTOCOL, "roles"),
        )
    by_role, now = _wanted_by_role(user, definition, parts), timezone.now()
    masked, sealed = mask(text, definition.data), seal_definition(text, definition.data)
    jobs: list[Job] = []
    for part in parts:
        job = _job(user, definition, by_role[part.role], now)
        job.target_group = target_group
        job.multinode_definition, job.sealed_definition = masked, sealed
        job.definition = mask(yaml.dump(part.definition), part.definition)
        job.original_definition = job.definition
        jobs.append(job)
    _insert_group(jobs)
    _relate(
        user, definition, [(job, by_role[part.role]) for job, part in zip(jobs, parts, strict=True)]
    )
    return jobs


def _wanted_by_role(
    user: User, definition: JobDefinition, parts: Sequence[Part]
) -> dict[str, Wanted]:
    roles = definition.data["protocols"][PROTOCOL]["roles"]
    first = {part.role: part for part in reversed(parts)}
    wanted = {
        name: Wanted()
        if first[name].is_guest
        else wanted_of(user, role, ("protocols", PROTOCOL, "roles", name))
        for name, role in roles.items()
        if name in first
    }
    check_together(
        user, [(name, found, int(roles[name]["count"])) for name, found in wanted.items()]
    )
    return wanted


def _insert_group(jobs: list[Job]) -> None:
    first, *others = jobs
    first.save(force_insert=True)
    for place, job in enumerate(jobs):
        job.sub_id = f"{first.pk}.{place}"
    first.save(update_fields=["sub_id"])
    Job.objects.bulk_create(others)


def _relate(user: User, definition: JobDefinition, jobs: Sequence[tuple[Job, Wanted]]) -> None:
    """Store the jobs' tags, and who may view them."""
    groups = _viewing_groups(user, definition)
    tags, viewers = Job.tags.through, Job.viewing_groups.through
    tags._default_manager.bulk_create(
        tags(job_id=job.pk, tag_id=tag.pk) for job, wanted in jobs for tag in wanted.tags
    )
    viewers._default_manager.bulk_create(
        viewers(job_id=job.pk, group_id=group.pk) for job, _ in jobs for group in groups
    )


def _job(user: User, definition: JobDefinition, wanted: Wanted, now: datetime) -> Job:
    queue_timeout = definition.queue_timeout
    if queue_timeout is None and settings.QUEUE_TIMEOUT_HOURS:
        queue_timeout = settings.QUEUE_TIMEOUT_HOURS * 3600
    return Job(
        submitter=user,
        description=masked_data(definition.name, definition.data)[:200],
        is_public=definition.visibility != "personal",
        requested_device_type=wanted.device_type,
        requested_device=wanted.device,
        requested_worker=wanted.worker,
        priority=definition.priority,
        submit_time=now,
        queue_timeout=queue_timeout,
        metadata=masked_data(definition.metadata, definition.data),
    )


def _viewing_groups(user: User, definition: JobDefinition) -> list[Group]:
    if definition.visibility == "public":
        return []
    if definition.visibility == "personal":
        group, _ = Group.objects.get_or_create(name=user.get_username())
        return [group]
    groups = list(Group.objects.filter(name__in=definition.visibility))
    if not groups:
        raise refusal("No known groups were found in the visibility list.", ("visibility",))
    return groups
