"""scheduler.devices: the boards of the lab."""

from __future__ import annotations

from typing import Any

from pumice.server.accounts.authentication import Requester
from pumice.server.api.xmlrpc.faults import NOT_FOUND, Fault
from pumice.server.api.xmlrpc.permissions import LISTS_VISIBLE, MAY_VIEW
from pumice.server.api.xmlrpc.registry import method
from pumice.server.api.xmlrpc.signatures import Anything, Name
from pumice.server.jobs.queries import current_jobs
from pumice.server.lab import configuration, queries
from pumice.wire.states import DeviceHealth, DeviceState

_STATES = {member.value: member.label for member in DeviceState}
_HEALTHS = {member.value: member.label for member in DeviceHealth}


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
    """
    devices = queries.devices(user) if show_all else queries.devices_in_use(user)
    rows = list(devices.values_list("hostname", "device_type_id", "health", "state"))
    jobs = current_jobs([hostname for hostname, *_ in rows])
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
    """
    device = queries.devices(user).filter(pk=str(hostname)).first()
    if device is None:
        raise Fault(NOT_FOUND, f"Device '{hostname}' was not found.")
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
        "permissions": [],
    }
