"""What a job asks of the lab, and whether the lab has it for the submitter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.db.models import QuerySet

from pumice.formats.errors import Path, Problem
from pumice.server.lab import queries as lab_queries
from pumice.server.lab.matching import match
from pumice.server.lab.models import Device, DeviceType, Tag, Worker
from pumice.server.lab.permissions import (
    may_submit,
    may_view,
    submits_everywhere,
    submittable_devices,
)
from pumice.wire.states import DeviceHealth


class SubmissionError(Exception):
    """The job was refused and nothing is stored: correct what the message names.

    ``problems`` holds what is wrong with path and line, where the definition is at fault.
    """

    def __init__(self, prefix: str, problems: tuple[Problem, ...]) -> None:
        super().__init__(prefix + "; ".join(map(str, problems)))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a job asks for. A guest of a MultiNode group asks for nothing of its own."""

    device_type: DeviceType | None = None
    device: Device | None = None
    worker: Worker | None = None
    tags: tuple[Tag, ...] = ()


def refusal(message: str, path: Path = ()) -> SubmissionError:
    """That the definition is wrong there."""
    return SubmissionError("Problem with submitted job data: ", (Problem(message, path),))


def unavailable(message: str) -> SubmissionError:
    """That the lab does not have what the job asks for."""
    return SubmissionError("Device unavailable: ", (Problem(message),))


def wanted_of(user: User, job: Mapping[str, Any], path: Path = ()) -> Wanted:
    """What a definition asks for at its top, or a role of a group, which stands at ``path``.

    Raises SubmissionError where it names what is not there, or where no device that is not retired
    is there for the user and fits.
    """
    wanted = _named(user, job, path)
    _check_feasible(user, wanted, path)
    return wanted


def _named(user: User, job: Mapping[str, Any], path: Path) -> Wanted:
    name = str(job.get("device_type", ""))
    device_type = lab_queries.resolve_device_type(name)
    if device_type is None or not device_type.display:
        raise unavailable(f"Device type '{name}' is unavailable.")
    if not may_view(user, device_type):
        raise unavailable(f"Device type '{name}' is unavailable to user '{user.get_username()}'")
    device = worker = None
    if hostname := job.get("device"):
        device = Device.objects.filter(hostname=hostname).first()
        # One that is hidden from the user, and that they may not use, is not told of either.
        if device is None or not (may_view(user, device) or may_submit(user, device)):
            raise refusal(f"Device '{hostname}' does not exist.", (*path, "device"))
        if device.device_type_id != device_type.name:
            raise refusal(f"Device '{device.hostname}' is not of type '{name}'.", (*path, "device"))
    if hostname := job.get("worker"):
        worker = Worker.objects.filter(hostname=hostname).first()
        if worker is None:
            raise refusal(f"Worker '{hostname}' does not exist.", (*path, "worker"))
        if device is not None and device.worker_host_id != worker.hostname:
            raise refusal(
                f"Device '{device.hostname}' is not attached to worker '{worker.hostname}'.",
                (*path, "worker"),
            )
    return Wanted(device_type, device, worker, _tags(job.get("tags") or (), path))


def _tags(names: Sequence[str], path: Path) -> tuple[Tag, ...]:
    known = {tag.name: tag for tag in Tag.objects.filter(name__in=names)} if names else {}
    for name in names:
        if name not in known:
            message = f"Device tag '{name}' does not exist in the database.."
            raise SubmissionError("Invalid job definition: ", (Problem(message, (*path, "tags")),))
    return tuple(known.values())


def _check_feasible(user: User, wanted: Wanted, path: Path) -> None:
    kind, device = wanted.device_type, wanted.device
    if kind is None:
        return
    if device is not None and not may_submit(user, device):
        if device.health == DeviceHealth.RETIRED:
            raise unavailable(f"No devices of type {kind.name} are available.")
        raise refusal(
            f"You do not have permission to submit jobs to device '{device.hostname}'.",
            (*path, "device"),
        )
    if not lab_queries.has_device(kind):
        raise unavailable(f"No devices of type {kind.name} are available.")
    if wanted == Wanted(kind) and submits_everywhere(user):
        return
    candidates = _asked_for(wanted).exclude(health=DeviceHealth.RETIRED)
    if not candidates.exists():
        raise unavailable(f"No devices of type {kind.name} are available.")
    candidates = candidates.filter(submittable_devices(user))
    if not candidates.exists():
        raise unavailable(
            f"No devices from [{kind.name}] pool are currently available to user"
            f" {user.get_username()}"
        )
    if not wanted.tags or _with_tags(candidates, wanted).exists():
        return
    names = ", ".join(sorted(tag.name for tag in wanted.tags))
    if device is not None:
        raise unavailable(f"Device {device.hostname} does not support all of the tags '{names}'.")
    raise unavailable(
        f"No devices of type {kind.name} are available which have all of the tags '{names}'."
    )


def _asked_for(wanted: Wanted) -> QuerySet[Device]:
    """The devices of the job's type, on its worker, or its device alone; whatever their tags."""
    candidates = Device.objects.filter(device_type=wanted.device_type)
    if wanted.device is not None:
        candidates = candidates.filter(pk=wanted.device.pk)
    if wanted.worker is not None:
        candidates = candidates.filter(worker_host=wanted.worker)
    return candidates


def _with_tags(candidates: QuerySet[Device], wanted: Wanted) -> QuerySet[Device]:
    for tag in wanted.tags:
        candidates = candidates.filter(tags=tag)
    return candidates


def check_together(user: User, roles: Sequence[tuple[str, Wanted, int]]) -> None:
    """Check that the lab has devices for all jobs of a group at once.

    ``roles`` has each role's name, what its jobs ask for, and how many they are. Raises
    SubmissionError.
    """
    usable = submittable_devices(user)
    worker_of: dict[str, str | None] = {}
    wishes: dict[int, list[str]] = {}
    for _, wanted, count in roles:
        if wanted.device_type is None:
            continue
        found = _with_tags(_asked_for(wanted), wanted).filter(usable)
        rows = dict(found.values_list("hostname", "worker_host_id"))
        worker_of |= rows
        names = list(rows)
        for _ in range(count):
            wishes[len(wishes)] = names
    limited = Worker.objects.filter(job_limit__gt=0, pk__in=set(worker_of.values()) - {None})
    room = dict(limited.values_list("hostname", "job_limit"))
    taken: dict[int, str] = {}
    if not match(wishes, worker_of, room, taken):
        needed = ", ".join(
            f"{count} of {wanted.device_type.name} for '{name}'"
            for name, wanted, count in roles
            if wanted.device_type is not None and count
        )
        raise unavailable(
            f"Not enough devices: the group needs {needed}, all at once, and {len(taken)} of its"
            f" {len(wishes)} jobs can have one"
        )
