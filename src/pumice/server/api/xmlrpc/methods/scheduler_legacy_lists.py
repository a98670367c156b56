"""scheduler's older lists of jobs, devices and device types."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.db.models import QuerySet

from pumice.server.accounts.authentication import Requester
from pumice.server.api.xmlrpc.dumps import device_columns, type_columns
from pumice.server.api.xmlrpc.faults import BAD_REQUEST, Fault, internal
from pumice.server.api.xmlrpc.lookups import device_to_view
from pumice.server.api.xmlrpc.permissions import ANYONE, LISTS_VISIBLE, MAY_VIEW
from pumice.server.api.xmlrpc.registry import method
from pumice.server.api.xmlrpc.signatures import Name
from pumice.server.jobs import lists as job_lists
from pumice.server.jobs import queries as jobs
from pumice.server.jobs.models import Job
from pumice.server.jobs.queries import legacy_status
from pumice.server.lab import lists, queries
from pumice.wire.states import DeviceHealth, DeviceState


@method("scheduler.all_jobs", permission=LISTS_VISIBLE)
def all_jobs(user: Requester) -> list[list[Any]]:
    """List the jobs that have not finished, newest first.

    Returns
      An array of arrays: number, description, status in lower case, device and device type (each
      a struct of its columns, or nil), and the number in its MultiNode group or an empty text.

    Example
      scheduler.all_jobs()
    """
    found = jobs.unfinished(user).select_related("actual_device", "requested_device_type")
    return [
        [
            job.pk,
            job.description,
            legacy_status(job.state, job.health).lower(),
            job.actual_device and device_columns(job.actual_device),
            job.requested_device_type and type_columns(job.requested_device_type),
            job.sub_id,
        ]
        for job in found.defer(*jobs.DEFINITIONS, "metadata").iterator(2_000)
    ]


@method("scheduler.all_devices", permission=LISTS_VISIBLE)
def all_devices(user: Requester) -> list[list[Any]]:
    """List the devices that are not retired, by name.

    Returns
      An array of arrays: name, device type, status (idle, offline, reserved, running or retired),
      the number of the job that holds it or nil, true.

    Example
      scheduler.all_devices()
    """
    rows = list(
        queries.devices_in_use(user).values_list("hostname", "device_type_id", "state", "health")
    )
    holding = jobs.current_jobs([hostname for hostname, *_ in rows])
    return [
        [hostname, kind, device_status(state, health), holding.get(hostname), True]
        for hostname, kind, state, health in rows
    ]


def device_status(state: int, health: int) -> str:
    """The one word by which old clients know state and health of a device."""
    if state != DeviceState.IDLE:
        return DeviceState(state).label.lower()
    if health in (DeviceHealth.GOOD, DeviceHealth.UNKNOWN):
        return "idle"
    return "retired" if health == DeviceHealth.RETIRED else "offline"


@method("scheduler.all_device_types", permission=LISTS_VISIBLE)
def all_device_types(user: Requester) -> list[dict[str, Any]]:
    """List the device types that have a device that is not retired, by name.

    Returns
      An array of structs: name, and how many devices are idle, busy and offline. A device in
      maintenance counts nowhere.

    Example
      scheduler.all_device_types()
    """
    counts = lists.counts_of_types(user)
    return [{"name": name, **counts[name]} for name in sorted(counts)]


@method("scheduler.pending_jobs_by_device_type", permission=LISTS_VISIBLE)
def pending_jobs_by_device_type(user: Requester, all: bool = False) -> dict[str, int]:
    """Count the jobs that wait for each device type.

    Arguments
      all: also show device types that are hidden or have no device.

    Returns
      A struct: the number of jobs by the name of the device type.

    Example
      scheduler.pending_jobs_by_device_type()
    """
    types = queries.device_types(user) if all else lists.types_in_use(user)
    waiting = job_lists.waiting_by_type(user)
    counts = dict.fromkeys(types.values_list("name", flat=True), 0)
    return {**counts, **waiting}


@method("scheduler.get_recent_jobs_for_device_type", permission=LISTS_VISIBLE)
def get_recent_jobs_for_device_type(
    user: Requester, device_type: Name, count: int = 1, restrict_to_user: bool = False
) -> list[dict[str, Any]]:
    """List the jobs of a device type that finished last.

    Arguments
      device_type: the device type's name.
      count: list so many jobs.
      restrict_to_user: only jobs that the caller submitted.

    Returns
      An array of structs: id, description, status (Complete, Incomplete or Canceled), device (or
      an empty text).

    Faults
      400: no device type was named, or the count is negative.
      -32603: there is no such device type.

    Example
      scheduler.get_recent_jobs_for_device_type("qemu", 5)
    """
    if not device_type:
        raise Fault(BAD_REQUEST, "Bad request: device_type was not specified.")
    _check_count(count)
    if not queries.device_types(user).filter(pk=str(device_type), display=True).exists():
        raise internal(f"there is no device type '{device_type}'")
    found = job_lists.of_device_type(user, str(device_type))
    return [
        {"id": pk, "description": text, "status": status, "device": device or ""}
        for pk, text, status, device in _recent(user, found, count, restrict_to_user)
    ]


@method("scheduler.get_recent_jobs_for_device", permission=MAY_VIEW)
def get_recent_jobs_for_device(
    user: Requester, device: Name, count: int = 1, restrict_to_user: bool = False
) -> list[dict[str, Any]]:
    """List the jobs of a device that finished last.

    Arguments
      device: the device's name.
      count: list so many jobs.
      restrict_to_user: only jobs that the caller submitted.

    Returns
      An array of structs: id, description, status (Complete, Incomplete or Canceled).

    Faults
      400: no device was named, or the count is negative.
      404: there is no such device.
      403: the caller may not see it.

    Example
      scheduler.get_recent_jobs_for_device("qemu-01", 5)
    """
    if not device:
        raise Fault(BAD_REQUEST, "Bad request: device was not specified.")
    _check_count(count)
    found = job_lists.of_device(user, device_to_view(user, device).pk)
    return [
        {"id": pk, "description": text, "status": status}
        for pk, text, status, _ in _recent(user, found, count, restrict_to_user)
    ]


_MAX_COUNT = 1_000


def _check_count(count: int) -> None:
    if count < 0:
        raise Fault(BAD_REQUEST, "Bad request: count must not be negative.")


def _recent(
    user: Requester, found: QuerySet[Job], count: int, own: bool
) -> list[tuple[int, str, str, str | None]]:
    if own:
        found = found.filter(submitter=user.pk) if isinstance(user, User) else found.none()
    rows = jobs.finished(found).values_list(
        "pk", "description", "state", "health", "actual_device_id"
    )
    return [
        (pk, description, legacy_status(state, health), device)
        for pk, description, state, health, device in rows[: min(count, _MAX_COUNT)]
    ]


@method("scheduler.get_device_type_by_alias", permission=ANYONE)
def get_device_type_by_alias(user: Requester, alias: Name) -> dict[str, list[str]]:
    """Find the device types by a part of their other names.

    Arguments
      alias: the part of an alias.

    Returns
      A struct of one key, the alias that was asked for: an array of names of device types.

    Example
      scheduler.get_device_type_by_alias("virtual")
    """
    names = queries.device_types(user).filter(aliases__name__contains=str(alias)).distinct()
    return {str(alias): list(names.values_list("name", flat=True))}
