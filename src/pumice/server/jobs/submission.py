"""Submit a job: parse, check, store, wake the scheduler."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.db import transaction
from django.utils import timezone

from pumice.definitions.jobs import JobDefinition
from pumice.formats.errors import InvalidDocument, Path, Problem
from pumice.server.audit.record import record
from pumice.server.database.texts import is_storable, storable
from pumice.server.database.wake import wake
from pumice.server.events.outbox import emit
from pumice.server.jobs.models import Job
from pumice.server.jobs.notices import job_notice
from pumice.server.jobs.secrets import mask, seal_definition
from pumice.server.jobs.validation import parse
from pumice.server.lab import queries as lab_queries
from pumice.server.lab.models import Device, DeviceType, Tag, Worker
from pumice.server.lab.permissions import may_submit
from pumice.wire.states import DeviceHealth


class SubmissionError(Exception):
    """The job was refused and nothing is stored: correct what the message names.

    ``problems`` holds what is wrong with path and line, where the definition is at fault.
    """

    def __init__(self, prefix: str, problems: tuple[Problem, ...]) -> None:
        super().__init__(prefix + "; ".join(map(str, problems)))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class _Wanted:
    device_type: DeviceType
    device: Device | None
    worker: Worker | None
    tags: list[Tag]


def submit(user: User, text: str) -> Job:
    """Store a job, with its event, and wake the scheduler. Raises SubmissionError."""
    try:
        definition = parse(text)
    except InvalidDocument as error:
        raise SubmissionError("Problem with submitted job data: ", error.problems) from error
    if path := _unstorable(definition.data):
        raise _refuse("the text holds a NUL character or half of a surrogate pair", path)
    with transaction.atomic():
        wanted = _find(definition)
        _check_feasible(user, wanted)
        job = _store(user, text, definition, wanted)
        record(user, "submit", "job", job.pk)
        emit([job_notice(job)], job.submit_time)
        wake("queue")
    return job


def _refuse(message: str, path: Path = ()) -> SubmissionError:
    return SubmissionError("Problem with submitted job data: ", (Problem(message, path),))


def _unavailable(message: str) -> SubmissionError:
    return SubmissionError("Device unavailable: ", (Problem(message),))


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


def _find(definition: JobDefinition) -> _Wanted:
    name = definition.device_type or ""
    device_type = lab_queries.resolve_device_type(name)
    if device_type is None or not device_type.display:
        raise _unavailable(f"Device type '{name}' is unavailable.")
    device = worker = None
    if definition.device is not None:
        device = Device.objects.filter(hostname=definition.device).first()
        if device is None:
            raise _refuse(f"Device '{definition.device}' does not exist.", ("device",))
        if device.device_type_id != device_type.name:
            raise _refuse(f"Device '{device.hostname}' is not of type '{name}'.", ("device",))
    if definition.worker is not None:
        worker = Worker.objects.filter(hostname=definition.worker).first()
        if worker is None:
            raise _refuse(f"Worker '{definition.worker}' does not exist.", ("worker",))
        if device is not None and device.worker_host_id != worker.hostname:
            raise _refuse(
                f"Device '{device.hostname}' is not attached to worker '{worker.hostname}'.",
                ("worker",),
            )
    known = {tag.name: tag for tag in Tag.objects.filter(name__in=definition.tags)}
    for tag in definition.tags:
        if tag not in known:
            raise SubmissionError(
                "Invalid job definition: ",
                (Problem(f"Device tag '{tag}' does not exist in the database..", ("tags",)),),
            )
    return _Wanted(device_type, device, worker, list(known.values()))


def _check_feasible(user: User, wanted: _Wanted) -> None:
    name = wanted.device_type.name
    if wanted.device is not None and not may_submit(user, wanted.device):
        raise _refuse(
            f"You do not have permission to submit jobs to device '{wanted.device.hostname}'.",
            ("device",),
        )
    if not lab_queries.has_device(wanted.device_type):
        raise _unavailable(f"No devices of type {name} are available.")
    if wanted.device is None and wanted.worker is None and not wanted.tags:
        return
    candidates = Device.objects.filter(device_type=wanted.device_type).exclude(
        health=DeviceHealth.RETIRED
    )
    if wanted.device is not None:
        candidates = candidates.filter(pk=wanted.device.pk)
    if wanted.worker is not None:
        candidates = candidates.filter(worker_host=wanted.worker)
    if not candidates.exists():
        raise _unavailable(f"No devices of type {name} are available.")
    if not wanted.tags:
        return
    for tag in wanted.tags:
        candidates = candidates.filter(tags=tag)
    if not candidates.exists():
        names = ", ".join(sorted(tag.name for tag in wanted.tags))
        if wanted.device is not None:
            raise _unavailable(
                f"Device {wanted.device.hostname} does not support all of the tags '{names}'."
            )
        raise _unavailable(
            f"No devices of type {name} are available which have all of the tags '{names}'."
        )


def _groups(user: User, definition: JobDefinition) -> list[Group]:
    if definition.visibility == "public":
        return []
    if definition.visibility == "personal":
        group, _ = Group.objects.get_or_create(name=user.get_username())
        return [group]
    groups = list(Group.objects.filter(name__in=definition.visibility))
    if not groups:
        raise _refuse("No known groups were found in the visibility list.", ("visibility",))
    return groups


def _store(user: User, text: str, definition: JobDefinition, wanted: _Wanted) -> Job:
    groups = _groups(user, definition)
    queue_timeout = definition.queue_timeout
    if queue_timeout is None and settings.QUEUE_TIMEOUT_HOURS:
        queue_timeout = settings.QUEUE_TIMEOUT_HOURS * 3600
    job = Job.objects.create(
        submitter=user,
        description=definition.name,
        is_public=definition.visibility != "personal",
        requested_device_type=wanted.device_type,
        requested_device=wanted.device,
        requested_worker=wanted.worker,
        priority=definition.priority,
        submit_time=timezone.now(),
        queue_timeout=queue_timeout,
        original_definition=mask(text, definition),
        definition=mask(definition.text(), definition),
        sealed_definition=seal_definition(text, definition),
        metadata=definition.metadata,
    )
    if wanted.tags:
        job.tags.set(wanted.tags)
    if groups:
        job.viewing_groups.set(groups)
    return job
