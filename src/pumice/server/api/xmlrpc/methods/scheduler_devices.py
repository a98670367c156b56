"""scheduler.devices: the boards of the lab."""

from __future__ import annotations

import logging
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from pumice.formats.errors import InvalidDocument
from pumice.server.accounts.authentication import Requester
from pumice.server.accounts.errors import CannotChange
from pumice.server.api.xmlrpc.contexts import context_of
from pumice.server.api.xmlrpc.faults import BAD_REQUEST, NOT_FOUND, Fault
from pumice.server.api.xmlrpc.lookups import (
    any_device,
    any_worker,
    caller,
    device_to_change,
    device_to_view,
    refused,
)
from pumice.server.api.xmlrpc.permissions import (
    LISTS_VISIBLE,
    MAY_CHANGE,
    MAY_VIEW,
    holders,
)
from pumice.server.api.xmlrpc.registry import method
from pumice.server.api.xmlrpc.signatures import Anything, Name
from pumice.server.jobs.queries import current_jobs
from pumice.server.lab import configuration, granting, queries, writing
from pumice.server.lab import devices as acts
from pumice.server.lab.models import DeviceType
from pumice.server.lifecycle.health import set_device_health
from pumice.server.lifecycle.removal import delete_device
from pumice.wire.states import DeviceHealth, DeviceState

log = logging.getLogger("pumice.xmlrpc")

_STATES = {member.value: member.label for member in DeviceState}
_HEALTHS = {member.value: member.label for member in DeviceHealth}
_HEALTH_NAMES = {member.name: member for member in DeviceHealth}


@method("scheduler.devices.list", permission=LISTS_VISIBLE)
def list_devices(
    user: Requester, show_all: bool = False, offline_info: Anything = None
) -> list[dict[str, Any]]:
    """List the devices, by name.

    Arguments
      show_all: also list devices that are retired.
      offline_info: has no effect.

    Returns
      An array of structs: hostname, type, health, state, current_job (the number of the job
      that holds the device, or nil), pipeline (always true).

    Example
      scheduler.devices.list()
    """
    devices = queries.devices(user) if show_all else queries.devices_in_use(user)
    rows = list(devices.values_list("hostname", "device_type_id", "health", "state"))
    jobs = current_jobs()
    return [
        {
            "hostname": hostname,
            "type": device_type,
            "health": _HEALTHS[health],
            "state": _STATES[state],
            "current_job": jobs.get(hostname),
            "pipeline": True,
        }
        for hostname, device_type, health, state in rows
    ]


@method("scheduler.devices.show", permission=MAY_VIEW)
def show(user: Requester, hostname: Name) -> dict[str, Any]:
    """Show a device.

    Arguments
      hostname: the device's name.

    Returns
      A struct: hostname, device_type, health, state, health_job (whether it has a health
      check), description, pipeline (always true), has_device_dict, worker, current_job, tags,
      permissions (an array of structs of name and group).

    Faults
      404: there is no such device.
      403: the caller may not see it.

    Example
      scheduler.devices.show("qemu-01")
    """
    device = device_to_view(user, hostname)
    return {
        "hostname": device.hostname,
        "device_type": device.device_type_id,
        "health": _HEALTHS[device.health],
        "state": _STATES[device.state],
        "health_job": configuration.health_check(device.hostname) is not None,
        "description": device.description or None,
        "pipeline": True,
        "has_device_dict": configuration.has_dictionary(device.hostname),
        "worker": device.worker_host_id,
        "current_job": current_jobs([device.hostname]).get(device.hostname),
        "tags": queries.tags_of(device),
        "permissions": [{"name": name, "group": group} for name, group in granting.listed(device)],
    }


@method("scheduler.devices.add", permission=holders("lava_scheduler_app.change_device"))
def add(
    user: Requester,
    hostname: str,
    type_name: Name,
    worker_hostname: Name,
    user_name: Anything = None,
    group_name: Anything = None,
    public: Anything = True,
    health: str | None = None,
    description: str | None = None,
) -> None:
    """Add a device.

    Arguments
      hostname: the device's name: it has no slash, and does not begin with a dot.
      type_name: its device type.
      worker_hostname: the worker that it is attached to.
      user_name: has no effect.
      group_name: has no effect.
      public: has no effect.
      health: GOOD, UNKNOWN (the default), LOOPING, BAD, MAINTENANCE or RETIRED.
      description: what people read of it.

    Faults
      404: there is no such device type or worker.
      400: there is such a device, it cannot be called so, or there is no such health.

    Example
      scheduler.devices.add("board-01", "qemu", "worker-1", nil, nil, true, "GOOD", "a board")
    """
    kind = DeviceType.objects.filter(pk=str(type_name)).first()
    if kind is None:
        raise Fault(NOT_FOUND, f"DeviceType '{type_name}' was not found.")
    worker = any_worker(worker_hostname)
    wanted = DeviceHealth.UNKNOWN if health is None else _HEALTH_NAMES.get(health)
    if wanted is None:
        raise Fault(BAD_REQUEST, "Invalid health")
    try:
        acts.add(caller(user), hostname, kind, worker, health=wanted, description=description or "")
    except CannotChange as error:
        text = "device already exists?" if error.taken else error
        raise refused(text) from error


@method("scheduler.devices.update", permission=MAY_CHANGE)
def update(
    user: Requester,
    hostname: Name,
    worker_hostname: Name = None,
    user_name: Name = None,
    group_name: Anything = None,
    public: Anything = True,
    health: Name = None,
    description: str | None = None,
    device_type: Name = None,
    reason: str | None = None,
) -> None:
    """Change a device: what is not nil.

    Arguments
      hostname: the device's name.
      worker_hostname: the worker that it is attached to.
      user_name: who owns it physically.
      group_name: has no effect.
      public: has no effect.
      health: GOOD, UNKNOWN, LOOPING, BAD, MAINTENANCE or RETIRED.
      description: what people read of it.
      device_type: its device type.
      reason: why the health changes, for the record of changes.

    Faults
      404: there is no such device, worker, user or device type.
      403: the caller may not change the device.
      400: there is no such health.

    Example
      scheduler.devices.update("qemu-01", nil, nil, nil, true, "MAINTENANCE", nil, nil, "new fan")
    """
    device = device_to_change(user, hostname)
    given: dict[str, Any] = {}
    if worker_hostname is not None:
        given["worker"] = any_worker(worker_hostname, "Unable to find worker '{}'")
    if user_name is not None:
        given["owner"] = User.objects.filter(username=str(user_name)).first()
        if given["owner"] is None:
            raise Fault(NOT_FOUND, f"Unable to find username '{user_name}'")
    if device_type is not None:
        given["device_type"] = DeviceType.objects.filter(pk=str(device_type)).first()
        if given["device_type"] is None:
            raise Fault(NOT_FOUND, f"Unable to find device-type '{device_type}'")
    if description is not None:
        given["description"] = description
    wanted = _HEALTH_NAMES.get(str(health)) if health is not None else None
    if health is not None and wanted is None:
        raise Fault(BAD_REQUEST, f"Health '{health}' is invalid")
    with transaction.atomic():
        acts.change(caller(user), device, **given, reason=reason or "")
        if wanted is not None:
            set_device_health(caller(user), device.pk, wanted, reason or "")


@method("scheduler.devices.delete", permission=holders("lava_scheduler_app.delete_device"))
def delete(user: Requester, hostname: Name) -> None:
    """Delete a device. Its jobs are kept, without it; those that wait for it alone are canceled.

    Arguments
      hostname: the device's name.

    Faults
      404: there is no such device.
      400: a job holds it: cancel that first.

    Example
      scheduler.devices.delete("board-01")
    """
    device = any_device(hostname)
    try:
        delete_device(caller(user), device.pk)
    except CannotChange as error:
        raise refused(error) from error


@method("scheduler.devices.get_dictionary", permission=MAY_VIEW)
def get_dictionary(
    user: Requester, hostname: Name, render: bool = False, context: str | None = None
) -> bytes:
    """Show a device's dictionary.

    Arguments
      hostname: the device's name.
      render: whether to show what it becomes, as YAML.
      context: a job's context, as YAML; only with render.

    Returns
      The text.

    Faults
      404: there is no such device, it has no dictionary, or that does not render.
      403: the caller may not see the device.
      400: the context is not a map in YAML.

    Example
      scheduler.devices.get_dictionary("qemu-01", true, "{arch: amd64}")
    """
    device = device_to_view(user, hostname)
    try:
        if not render:
            return configuration.dictionary(device.pk).encode()
        values = context_of(context, "Job Context '{}' is not valid: {}")
        return configuration.render_device(device.pk, values).encode()
    except (configuration.NoConfiguration, InvalidDocument) as error:
        raise Fault(NOT_FOUND, f"Device '{hostname}' does not have a configuration") from error


@method("scheduler.devices.set_dictionary", permission=MAY_CHANGE)
def set_dictionary(user: Requester, hostname: Name, dictionary: str | None) -> bool:
    """Replace a device's dictionary.

    Arguments
      hostname: the device's name.
      dictionary: the text, which is not checked; an empty one, or nil, deletes the dictionary.

    Returns
      Whether it could be written.

    Faults
      404: there is no such device.
      403: the caller may not change it.

    Example
      scheduler.devices.set_dictionary("qemu-01", "{% extends 'qemu.jinja2' %}")
    """
    device = device_to_change(user, hostname)
    try:
        writing.write_dictionary(caller(user), device.pk, dictionary)
    except OSError:
        log.exception("a dictionary cannot be written", extra={"device": device.pk})
        return False
    return True
