"""scheduler.device_types.perms_* and .aliases: what groups may do, and other names."""

from __future__ import annotations

from pumice.server.accounts.authentication import Requester
from pumice.server.accounts.errors import CannotChange
from pumice.server.api.xmlrpc import grants
from pumice.server.api.xmlrpc.faults import NOT_FOUND, Fault, internal
from pumice.server.api.xmlrpc.lookups import (
    any_type,
    caller,
    refused,
    type_to_change,
    type_to_view,
)
from pumice.server.api.xmlrpc.permissions import (
    MAY_CHANGE,
    MAY_VIEW,
    STAFF,
    STAFF_READS,
    holders,
)
from pumice.server.api.xmlrpc.registry import method
from pumice.server.api.xmlrpc.signatures import Name
from pumice.server.lab import device_types, queries
from pumice.server.lab.models import Alias


@method("scheduler.device_types.perms_add", permission=STAFF)
def perms_add(user: Requester, name: Name, group: Name, permission: Name) -> None:
    """Grant a group what it may do with a device type, and its devices that grant nothing.

    Arguments
      name: the device type's name.
      group: the group's name.
      permission: view_devicetype, submit_to_devicetype or change_devicetype.

    Faults
      404: there is no such device type or group.
      -32603: there is no such permission.

    Example
      scheduler.device_types.perms_add("qemu", "kernel-team", "submit_to_devicetype")
    """
    grants.add(user, any_type(name), group, permission)


@method("scheduler.device_types.perms_delete", permission=STAFF)
def perms_delete(user: Requester, name: Name, group: Name, permission: Name) -> None:
    """Take from a group what it may do with a device type.

    Arguments
      name: the device type's name.
      group: the group's name.
      permission: what was granted; nothing happens where it was not.

    Faults
      404: there is no such device type or group.

    Example
      scheduler.device_types.perms_delete("qemu", "kernel-team", "submit_to_devicetype")
    """
    grants.delete(user, any_type(name), group, permission)


@method("scheduler.device_types.perms_list", permission=STAFF_READS)
def perms_list(user: Requester, name: Name) -> list[dict[str, str]]:
    """List what groups may do with a device type.

    Arguments
      name: the device type's name.

    Returns
      An array of structs: name (of the permission) and group.

    Faults
      404: there is no such device type.

    Example
      scheduler.device_types.perms_list("qemu")
    """
    return grants.listed(any_type(name))


@method(
    "scheduler.device_types.aliases.add",
    permission=holders("lava_scheduler_app.add_alias", "and may change the device type"),
)
def aliases_add(user: Requester, name: Name, alias: str) -> None:
    """Give a device type another name; one that is another type's becomes this one's.

    Arguments
      name: the device type's name.
      alias: the other name.

    Faults
      404: there is no such device type.
      403: the caller may not change it.
      400: an alias cannot be called so.

    Example
      scheduler.device_types.aliases.add("qemu", "virtual-pc")
    """
    found = type_to_change(user, name)
    try:
        device_types.name_alias(caller(user), found, alias)
    except CannotChange as error:
        raise refused(error) from error


@method("scheduler.device_types.aliases.list", permission=MAY_VIEW)
def aliases_list(user: Requester, name: Name) -> list[str]:
    """List the other names of a device type, sorted.

    Arguments
      name: the device type's name.

    Returns
      An array of names.

    Faults
      404: there is no such device type, or the caller may not see it.

    Example
      scheduler.device_types.aliases.list("qemu")
    """
    return queries.aliases_of(type_to_view(user, name))


@method("scheduler.device_types.aliases.delete", permission=MAY_CHANGE)
def aliases_delete(user: Requester, name: Name, alias: Name) -> None:
    """Take a name from a device type. The alias is kept, without a device type.

    Arguments
      name: the device type's name.
      alias: the other name.

    Faults
      404: there is no such device type or alias.
      403: the caller may not change the device type.
      -32603: it is an alias of another device type.

    Example
      scheduler.device_types.aliases.delete("qemu", "virtual-pc")
    """
    found = type_to_change(user, name)
    row = Alias.objects.filter(pk=str(alias)).first()
    if row is None:
        raise Fault(NOT_FOUND, f"Alias '{alias}' was not found.")
    if row.device_type_id != found.pk:
        raise internal(f"'{alias}' is no alias of device-type '{name}'")
    device_types.unname_alias(caller(user), row)
