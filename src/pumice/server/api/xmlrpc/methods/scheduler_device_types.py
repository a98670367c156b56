"""scheduler.device_types: the kinds of devices."""

from __future__ import annotations

from typing import Any

from pumice.server.accounts.authentication import Requester
from pumice.server.accounts.errors import CannotChange
from pumice.server.api.xmlrpc.faults import BAD_REQUEST, Fault
from pumice.server.api.xmlrpc.lookups import caller, refused, type_to_change, type_to_view
from pumice.server.api.xmlrpc.permissions import (
    LISTS_VISIBLE,
    MAY_CHANGE,
    MAY_VIEW,
    holders,
)
from pumice.server.api.xmlrpc.registry import method
from pumice.server.api.xmlrpc.signatures import Anything, Name
from pumice.server.lab import configuration, granting, queries
from pumice.server.lab import device_types as acts
from pumice.wire.states import DeviceHealth, DeviceState

_DENOMINATORS = {number: name for name, number in acts.DENOMINATORS.items()}
_HEALTHS = {health.value: health.label for health in DeviceHealth}
_STATES = {state.value: state.label for state in DeviceState}


@method("scheduler.device_types.list", permission=LISTS_VISIBLE)
def list_device_types(user: Requester, show_all: bool = False) -> list[dict[str, Any]]:
    """List the device types, by name.

    Arguments
      show_all: then also list those that could be installed: a template is there for them.

    Returns
      An array of structs: name, devices (how many the caller may see, with retired), installed,
      template (whether there is one).

    Example
      scheduler.device_types.list()
    """
    rows = queries.device_types_with_counts(user).values_list("name", "device_count")
    shown = [
        {
            "name": name,
            "devices": count,
            "installed": True,
            "template": configuration.has_template(name),
        }
        for name, count in rows
    ]
    if show_all:
        known = {entry["name"] for entry in shown}
        shown += [
            {"name": name, "devices": 0, "installed": False, "template": True}
            for name in configuration.installable_types()
            if name not in known
        ]
    return shown


@method("scheduler.device_types.show", permission=MAY_VIEW)
def show(user: Requester, name: Name) -> dict[str, Any]:
    """Show a device type.

    Arguments
      name: the device type's name.

    Returns
      A struct: name, description, display, health_disabled, health_denominator (hours or jobs),
      health_frequency, aliases, devices (their names), default_template (whether the site has
      not replaced the template), permissions (an array of structs of name and group).

    Faults
      404: there is no such device type, or the caller may not see it.

    Example
      scheduler.device_types.show("qemu")
    """
    found = type_to_view(user, name)
    devices = queries.devices(user).filter(device_type=found)
    return {
        "name": found.name,
        "description": found.description or None,
        "display": found.display,
        "health_disabled": found.disable_health_check,
        "health_denominator": _DENOMINATORS[found.health_denominator],
        "health_frequency": found.health_frequency,
        "aliases": queries.aliases_of(found),
        "devices": list(devices.values_list("hostname", flat=True)),
        "default_template": configuration.is_shipped_template(found.name),
        "permissions": [{"name": perm, "group": group} for perm, group in granting.listed(found)],
    }


@method("scheduler.device_types.devices", permission=MAY_VIEW)
def devices_of(user: Requester, name: Name, health: Name = None) -> list[dict[str, str]]:
    """List the devices of a device type, by name, retired ones included.

    Arguments
      name: the device type's name.
      health: only devices of this health, in any case: good, unknown, looping, bad,
        maintenance or retired.

    Returns
      An array of structs: hostname, health, state.

    Faults
      404: there is no such device type, or the caller may not see it.
      400: there is no such health.

    Example
      scheduler.device_types.devices("qemu", "good")
    """
    devices = queries.devices(user).filter(device_type=type_to_view(user, name))
    if health is not None:
        wanted = next((h for h in DeviceHealth if h.name == str(health).upper()), None)
        if wanted is None:
            raise Fault(BAD_REQUEST, f"Invalid health '{health}'")
        devices = devices.filter(health=wanted)
    return [
        {"hostname": hostname, "health": _HEALTHS[number], "state": _STATES[state]}
        for hostname, number, state in devices.values_list("hostname", "health", "state")
    ]


@method("scheduler.device_types.add", permission=holders("lava_scheduler_app.change_devicetype"))
def add(
    user: Requester,
    name: str,
    description: str | None,
    display: bool,
    owners_only: Anything,
    health_frequency: int,
    health_denominator: str,
) -> None:
    """Add a device type.

    Arguments
      name: its name, which is that of its template.
      description: what people read of it.
      display: whether jobs can ask for it, and pages show it.
      owners_only: has no effect.
      health_frequency: after how many hours or jobs a device's health is checked.
      health_denominator: hours or jobs.

    Faults
      400: there is a device type or an alias of that name, or a value cannot be used.

    Example
      scheduler.device_types.add("beaglebone-black", "BeagleBone Black", true, false, 24, "hours")
    """
    try:
        acts.add(
            caller(user),
            name,
            description=description or "",
            display=display,
            health_frequency=health_frequency,
            health_denominator=_denominator(health_denominator),
        )
    except CannotChange as error:
        raise refused("device-type name is already used." if error.taken else error) from error


@method("scheduler.device_types.update", permission=MAY_CHANGE)
def update(
    user: Requester,
    name: Name,
    description: str | None,
    display: Anything,
    owners_only: Anything,
    health_frequency: int | None,
    health_denominator: str | None,
    health_disabled: Anything,
) -> None:
    """Change a device type: what is not nil. All arguments must be given.

    Arguments
      name: the device type's name.
      description: what people read of it.
      display: whether jobs can ask for it, and pages show it.
      owners_only: has no effect.
      health_frequency: after how many hours or jobs a device's health is checked.
      health_denominator: hours or jobs.
      health_disabled: whether its devices are never checked.

    Faults
      404: there is no such device type.
      403: the caller may not change it.
      400: a value cannot be used.

    Example
      scheduler.device_types.update("qemu", nil, nil, nil, 10, "jobs", nil)
    """
    found = type_to_change(user, name)
    given: dict[str, Any] = {
        "description": description,
        "display": None if display is None else bool(display),
        "health_frequency": health_frequency,
        "health_denominator": health_denominator and _denominator(health_denominator),
        "disable_health_check": None if health_disabled is None else bool(health_disabled),
    }
    try:
        acts.change(
            caller(user), found, **{key: value for key, value in given.items() if value is not None}
        )
    except CannotChange as error:
        raise refused(error) from error


def _denominator(name: str) -> int:
    if name not in acts.DENOMINATORS:
        raise refused("invalid health_denominator.")
    return acts.DENOMINATORS[name]
