"""scheduler.device_types: the kinds of devices."""

from __future__ import annotations

from typing import Any

from pumice.server.accounts.authentication import Requester
from pumice.server.api.xmlrpc.faults import NOT_FOUND, Fault
from pumice.server.api.xmlrpc.permissions import LISTS_VISIBLE, MAY_VIEW
from pumice.server.api.xmlrpc.registry import method
from pumice.server.api.xmlrpc.signatures import Name
from pumice.server.lab import configuration, queries

_DENOMINATORS = ("hours", "jobs")


@method("scheduler.device_types.list", permission=LISTS_VISIBLE)
def list_device_types(user: Requester, show_all: bool = False) -> list[dict[str, Any]]:
    """List the device types, by name.

    Arguments
      show_all: then also list those that could be installed: a template is there for them.

    Returns
      An array of structs: name, devices (how many there are, retired ones included), installed,
      template (whether there is one).
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
    """
    found = queries.device_types(user).filter(pk=str(name)).first()
    if found is None:
        raise Fault(NOT_FOUND, f"Device-type '{name}' was not found.")
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
        "permissions": [],
    }
