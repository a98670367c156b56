"""scheduler's older methods of single devices."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from pumice.formats import yaml
from pumice.formats.errors import InvalidDocument
from pumice.server.accounts.authentication import Requester
from pumice.server.accounts.models import Scope
from pumice.server.api.xmlrpc.contexts import context_of
from pumice.server.api.xmlrpc.faults import (
    BAD_REQUEST,
    FORBIDDEN,
    NOT_FOUND,
    UNAUTHENTICATED,
    Fault,
    internal,
)
from pumice.server.api.xmlrpc.lookups import any_device, caller
from pumice.server.api.xmlrpc.methods.scheduler_legacy_lists import device_status
from pumice.server.api.xmlrpc.permissions import LISTS_VISIBLE, MAY_VIEW, Permission
from pumice.server.api.xmlrpc.registry import method
from pumice.server.api.xmlrpc.signatures import Anything, Name
from pumice.server.jobs.queries import current_jobs
from pumice.server.lab import checks, configuration, permissions, queries, writing
from pumice.server.lab.models import Device
from pumice.server.lifecycle.health import set_device_health
from pumice.wire.states import DeviceHealth

CHANGES = Permission(True, "Users, with a token, who may change the device.", Scope.ADMIN)


@method("scheduler.get_device_status", permission=MAY_VIEW)
def get_device_status(user: Requester, hostname: Name) -> dict[str, Any]:
    """Show how a device is.

    Arguments
      hostname: the device's name.

    Returns
      A struct: hostname, status (idle, offline, reserved, running or retired), job (the number
      of the one that holds it, or nil), offline_since and offline_by (nil), is_pipeline (true).

    Faults
      400: no device was named.
      404: there is no such device.
      403: the caller may not see it.

    Example
      scheduler.get_device_status("qemu-01")
    """
    device = _named(hostname, "Hostname")
    if not permissions.may_view(user, device):
        text = f"Permission denied for user to access {hostname} information."
        raise Fault(FORBIDDEN, text)
    return {
        "hostname": device.pk,
        "status": device_status(device.state, device.health),
        "job": current_jobs([device.pk]).get(device.pk),
        "offline_since": None,
        "offline_by": None,
        "is_pipeline": True,
    }


@method("scheduler.put_into_maintenance_mode", permission=CHANGES)
def put_into_maintenance_mode(
    user: Requester, hostname: Name, reason: Name, notify: Anything = None
) -> None:
    """Take a device out of work: its health becomes Maintenance.

    Arguments
      hostname: the device's name.
      reason: why, for the record of changes.
      notify: has no effect.

    Faults
      400: no device or no reason was given.
      404: there is no such device.
      403: the caller may not change it.

    Example
      scheduler.put_into_maintenance_mode("qemu-01", "new fan")
    """
    _change(user, hostname, reason, DeviceHealth.MAINTENANCE, "maintenance")


@method("scheduler.put_into_online_mode", permission=CHANGES)
def put_into_online_mode(
    user: Requester, hostname: Name, reason: Name, skip_health_check: Anything = False
) -> None:
    """Bring a device back to work: its health becomes Unknown.

    Arguments
      hostname: the device's name.
      reason: why, for the record of changes.
      skip_health_check: has no effect.

    Faults
      400: no device or no reason was given.
      404: there is no such device.
      403: the caller may not change it.

    Example
      scheduler.put_into_online_mode("qemu-01", "has a new fan")
    """
    _change(user, hostname, reason, DeviceHealth.UNKNOWN, "online")


def _change(
    user: Requester, hostname: object, reason: object, health: DeviceHealth, mode: str
) -> None:
    device = _named(hostname, "Hostname")
    if not reason:
        raise Fault(BAD_REQUEST, "Bad request: Reason was not specified.")
    if not permissions.may_change(user, device):
        raise Fault(FORBIDDEN, f"Permission denied for user to put {hostname} into {mode} mode.")
    set_device_health(caller(user), device.pk, health, str(reason))


@method("scheduler.get_device_config", permission=MAY_VIEW)
def get_device_config(user: Requester, device_hostname: Name, context: str | None = None) -> bytes:
    """Show what a device's dictionary becomes, as YAML.

    Arguments
      device_hostname: the device's name.
      context: a job's context, as YAML.

    Returns
      The configuration, as base64.

    Faults
      400: no device was named, or the context is not a map in YAML.
      401: the caller may not see the device.
      404: there is no such device.
      -32603: it has no dictionary, or that does not render.

    Example
      scheduler.get_device_config("qemu-01", "{arch: amd64}")
    """
    if not device_hostname:
        raise Fault(BAD_REQUEST, "Bad request: Device hostname was not specified.")
    values = context_of(context, "Job context '{}' is not valid. {}")
    device = Device.objects.filter(pk=str(device_hostname)).first()
    if device is None:
        raise Fault(NOT_FOUND, "Specified device was not found.")
    if not permissions.may_view(user, device):
        text = f"Permission denied for user to device {device_hostname}"
        raise Fault(UNAUTHENTICATED, text)
    try:
        return configuration.render_device(device.pk, values).encode()
    except (configuration.NoConfiguration, InvalidDocument) as error:
        raise internal(error) from error


@method("scheduler.import_device_dictionary", permission=CHANGES)
def import_device_dictionary(user: Requester, hostname: Name, jinja_str: str) -> str:
    """Replace a device's dictionary.

    Arguments
      hostname: the device's name.
      jinja_str: the text, which is not checked.

    Returns
      A sentence that says so.

    Faults
      400: it could not be written.
      403: the caller may not change the device.
      404: there is no such device.

    Example
      scheduler.import_device_dictionary("qemu-01", "{% extends 'qemu.jinja2' %}")
    """
    device = any_device(hostname)
    if not permissions.may_change(user, device):
        text = f"Permission denied for user to store the configuration for {hostname} on disk."
        raise Fault(FORBIDDEN, text)
    try:
        writing.write_dictionary(caller(user), device.pk, jinja_str)
    except OSError as error:
        text = f"Unable to store the configuration for {hostname} on disk"
        raise Fault(BAD_REQUEST, text) from error
    return f"Device dictionary updated for {hostname}"


@method("scheduler.export_device_dictionary", permission=CHANGES)
def export_device_dictionary(user: Requester, hostname: Name) -> bytes:
    """Show a device's dictionary.

    Arguments
      hostname: the device's name.

    Returns
      The text, as base64.

    Faults
      403: the caller may not change the device.
      404: there is no such device, or it has no dictionary.

    Example
      scheduler.export_device_dictionary("qemu-01")
    """
    device = any_device(hostname)
    if not permissions.may_change(user, device):
        text = f"Permission denied for user to retrieve device dictionary for '{hostname}'."
        raise Fault(FORBIDDEN, text)
    try:
        return configuration.dictionary(device.pk).encode()
    except configuration.NoConfiguration as error:
        text = f"Device '{hostname}' does not have a device dictionary"
        raise Fault(NOT_FOUND, text) from error


@method("scheduler.validate_pipeline_devices", permission=LISTS_VISIBLE)
def validate_pipeline_devices(user: Requester, name: Name = None) -> bytes:
    """Check the dictionaries of devices that are not retired.

    Arguments
      name: only the devices of this device type, or the device of this name; nil: all.

    Returns
      A map in YAML, as base64: by each device's name a map of one key: Valid, or Invalid with
      what is wrong.

    Faults
      404: there is no device that fits and that the caller may see.

    Example
      scheduler.validate_pipeline_devices("qemu")
    """
    found = queries.devices_in_use(user)
    if name:
        of_type = found.filter(device_type=str(name))
        found = of_type if of_type.exists() else found.filter(Q(pk=str(name)))
    devices = list(found)
    if not devices:
        named = f"No devices found with hostname or device type name {name}, visible by the user"
        none = "No pipeline devices visible by user were found on this instance."
        raise Fault(NOT_FOUND, named if name else none)
    return yaml.dump({device.pk: _verdict(device) for device in devices}).encode()


def _verdict(device: Device) -> dict[str, str | None]:
    try:
        wrong = checks.problems(device)
    except configuration.NoConfiguration:
        return {"Invalid": "Missing device dictionary"}
    except InvalidDocument as error:
        return {"Invalid": str(error)}
    return {"Invalid": "; ".join(map(str, wrong))} if wrong else {"Valid": None}


def _named(hostname: object, called: str) -> Device:
    if not hostname:
        raise Fault(BAD_REQUEST, f"Bad request: {called} was not specified.")
    return any_device(hostname)
