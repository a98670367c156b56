"""scheduler.devices.perms_* and scheduler.devices.tags: what groups may do, and tags."""

from __future__ import annotations

from pumice.server.accounts.authentication import Requester
from pumice.server.accounts.errors import CannotChange
from pumice.server.api.xmlrpc import grants
from pumice.server.api.xmlrpc.faults import NOT_FOUND, Fault
from pumice.server.api.xmlrpc.lookups import (
    any_device,
    caller,
    device_to_change,
    refused,
    tag,
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
from pumice.server.lab import devices, queries


@method("scheduler.devices.perms_add", permission=STAFF)
def perms_add(user: Requester, hostname: Name, group: Name, permission: Name) -> None:
    """Grant a group what it may do with a device.

    Arguments
      hostname: the device's name.
      group: the group's name.
      permission: view_device, submit_to_device or change_device.

    Faults
      404: there is no such device or group.
      -32603: there is no such permission.

    Example
      scheduler.devices.perms_add("qemu-01", "kernel-team", "submit_to_device")
    """
    grants.add(user, any_device(hostname), group, permission)


@method("scheduler.devices.perms_delete", permission=STAFF)
def perms_delete(user: Requester, hostname: Name, group: Name, permission: Name) -> None:
    """Take from a group what it may do with a device.

    Arguments
      hostname: the device's name.
      group: the group's name.
      permission: what was granted; nothing happens where it was not.

    Faults
      404: there is no such device or group.

    Example
      scheduler.devices.perms_delete("qemu-01", "kernel-team", "submit_to_device")
    """
    grants.delete(user, any_device(hostname), group, permission)


@method("scheduler.devices.perms_list", permission=STAFF_READS)
def perms_list(user: Requester, hostname: Name) -> list[dict[str, str]]:
    """List what groups may do with a device.

    Arguments
      hostname: the device's name.

    Returns
      An array of structs: name (of the permission) and group.

    Faults
      404: there is no such device.

    Example
      scheduler.devices.perms_list("qemu-01")
    """
    return grants.listed(any_device(hostname))


@method(
    "scheduler.devices.tags.add",
    permission=holders("lava_scheduler_app.add_tag", "and may change the device"),
)
def tags_add(user: Requester, hostname: Name, name: str) -> None:
    """Give a device a tag, which is made where there is none of the name.

    Arguments
      hostname: the device's name.
      name: the tag's name.

    Faults
      404: there is no such device.
      403: the caller may not change it.
      400: a tag cannot be called so.

    Example
      scheduler.devices.tags.add("qemu-01", "usb")
    """
    device = device_to_change(user, hostname)
    try:
        devices.tag(caller(user), device, name)
    except CannotChange as error:
        raise refused(error) from error


@method("scheduler.devices.tags.list", permission=MAY_VIEW)
def tags_list(user: Requester, hostname: Name) -> list[str]:
    """List a device's tags, sorted.

    Arguments
      hostname: the device's name.

    Returns
      An array of names.

    Faults
      404: there is no such device, or the caller may not see it.

    Example
      scheduler.devices.tags.list("qemu-01")
    """
    device = queries.devices(user).filter(pk=str(hostname)).first()
    if device is None:
        raise Fault(NOT_FOUND, f"Device '{hostname}' was not found.")
    return queries.tags_of(device)


@method("scheduler.devices.tags.delete", permission=MAY_CHANGE)
def tags_delete(user: Requester, hostname: Name, name: Name) -> None:
    """Take a tag from a device.

    Arguments
      hostname: the device's name.
      name: the tag's name; nothing happens where the device has it not.

    Faults
      404: there is no such device or tag.
      403: the caller may not change the device.

    Example
      scheduler.devices.tags.delete("qemu-01", "usb")
    """
    devices.untag(caller(user), device_to_change(user, hostname), tag(name))
