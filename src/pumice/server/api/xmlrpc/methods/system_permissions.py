"""system.user_*, and older names of what grants: what users may do."""

from __future__ import annotations

from typing import Any, cast

from django.contrib.auth.models import Group, User
from django.db import transaction

from pumice.server.accounts import people
from pumice.server.accounts.authentication import Requester
from pumice.server.accounts.grants import EVERYTHING, Level
from pumice.server.api.xmlrpc.faults import BAD_REQUEST, NOT_FOUND, UNAUTHENTICATED, Fault, internal
from pumice.server.api.xmlrpc.lookups import caller, name_of
from pumice.server.api.xmlrpc.permissions import SIGNED_IN, STAFF, holders
from pumice.server.api.xmlrpc.registry import method
from pumice.server.api.xmlrpc.signatures import Anything, Name
from pumice.server.jobs import queries as jobs
from pumice.server.jobs.models import Job
from pumice.server.lab import granting
from pumice.server.lab.models import Device, DeviceType
from pumice.server.lab.permissions import DEVICE_TYPES, viewable_devices

CHANGES_DEVICES = holders("lava_scheduler_app.change_device")
CHANGES_TYPES = holders("lava_scheduler_app.change_devicetype")


@method("system.user_can_view_jobs", permission=SIGNED_IN)
def user_can_view_jobs(
    user: Requester, job_list: Anything, username: Name = None
) -> dict[str, bool]:
    """Show which jobs a user may see.

    Arguments
      job_list: an array of numbers of jobs.
      username: whom to ask about, the caller where nil; others only a superuser may ask about.

    Returns
      A struct: true or false by each number, as text; what names no job is left out.

    Faults
      400: the first argument is no array.
      401: the caller may not ask about others.
      404: there is no such user.

    Example
      system.user_can_view_jobs([1, 2])
    """
    rule = jobs.named(_list(job_list, "job list"))
    found = jobs.visible(_about(user, username))
    visible = set(found.filter(rule).values_list("pk", flat=True))
    rows = Job.objects.filter(rule).order_by("pk").values_list("pk", "sub_id")
    return {sub_id or str(number): number in visible for number, sub_id in rows}


@method("system.user_can_view_devices", permission=SIGNED_IN)
def user_can_view_devices(
    user: Requester, device_list: Anything, username: Name = None
) -> dict[str, Any]:
    """Show which devices a user may see.

    Arguments
      device_list: an array of names of devices.
      username: whom to ask about, the caller where nil; others only a superuser may ask about.

    Returns
      A struct: by each device type an array of structs of one key, the device's name, whose
      value is a struct: visible, and where that is true is_pipeline and exclusive (both true).
      What names no device is left out.

    Faults
      400: the first argument is no array.
      401: the caller may not ask about others.
      404: there is no such user.

    Example
      system.user_can_view_devices(["qemu-01"])
    """
    names = {str(item) for item in _list(device_list, "device list")}
    rule = viewable_devices(_about(user, username))
    visible = set(Device.objects.filter(rule, pk__in=names).values_list("pk", flat=True))
    shown: dict[str, Any] = {}
    rows = Device.objects.filter(pk__in=names).order_by("device_type_id", "hostname")
    for hostname, kind in rows.values_list("hostname", "device_type_id"):
        seen: dict[str, bool] = {"visible": hostname in visible}
        if hostname in visible:
            seen = {"is_pipeline": True, "visible": True, "exclusive": True}
        shown.setdefault(kind, []).append({hostname: seen})
    return shown


@method("system.user_can_submit_to_types", permission=SIGNED_IN)
def user_can_submit_to_types(
    user: Requester, type_list: Anything, username: Name = None
) -> dict[str, bool]:
    """Show for which device types a user holds the permission to submit.

    Every user may submit to a device type that no group was granted; only what the user was
    granted is shown as true here.

    Arguments
      type_list: an array of names of device types.
      username: whom to ask about, the caller where nil; others only a superuser may ask about.

    Returns
      A struct: true or false by each name; what names no device type is left out.

    Faults
      400: the first argument is no array.
      401: the caller may not ask about others.
      404: there is no such user.

    Example
      system.user_can_submit_to_types(["qemu"])
    """
    names = {str(item) for item in _list(type_list, "type list")}
    found = _about(user, username)
    rule = EVERYTHING
    if not DEVICE_TYPES.has_global(found, Level.SUBMIT):
        rule = DEVICE_TYPES.granted(found, Level.SUBMIT, "pk")
    types = DeviceType.objects.filter(pk__in=names)
    may = set(types.filter(rule).values_list("pk", flat=True))
    return {name: name in may for name in types.order_by("name").values_list("pk", flat=True)}


@method("system.user_can_view_bundles", permission=SIGNED_IN)
def user_can_view_bundles(
    user: Requester, bundle_list: Anything, username: Name = None
) -> dict[str, bool]:
    """Show which bundles of results a user may see: none, since there are none any more.

    Arguments
      bundle_list: an array of names of bundles.
      username: whom to ask about, the caller where nil; others only a superuser may ask about.

    Returns
      A struct: false by each name.

    Faults
      400: the first argument is no array.
      401: the caller may not ask about others.
      404: there is no such user.

    Example
      system.user_can_view_bundles([])
    """
    _about(user, username)
    return {str(item): False for item in _list(bundle_list, "bundle list")}


def _list(value: object, called: str) -> list[object]:
    if not isinstance(value, list):
        raise Fault(BAD_REQUEST, f"{called} argument must be a list")
    return cast("list[object]", value)


def _about(user: Requester, username: object) -> User:
    """Whom the caller asks about."""
    if username is None and isinstance(user, User):
        return user
    if not user.is_superuser:
        raise Fault(
            UNAUTHENTICATED, f"Permission denied for user '{name_of(user)}' to query other users"
        )
    found = User.objects.filter(username=str(username)).first()
    if found is None:
        raise Fault(NOT_FOUND, f"Username {username} not found")
    return found


@method("system.set_user_groups", permission=STAFF)
def set_user_groups(user: Requester, email: Name, groups: Anything) -> None:
    """Put a user, found by their e-mail address, into exactly these groups.

    Arguments
      email: the user's address.
      groups: an array of names of groups; names that no group has are skipped.

    Faults
      400: no user, or more than one, has the address; or the second argument is no array.

    Example
      system.set_user_groups("alice@example.com", ["kernel-team"])
    """
    if not isinstance(groups, list):
        raise Fault(BAD_REQUEST, "groups must be a list")
    names = [str(name) for name in cast("list[object]", groups)]
    found = list(User.objects.filter(email=str(email)).exclude(email="")[:2])
    if len(found) != 1:
        raise Fault(BAD_REQUEST, "please use an existing user")
    [person] = found
    wanted = set(Group.objects.filter(name__in=names))
    with transaction.atomic():
        has = set(person.groups.all())
        for group in sorted(wanted - has, key=lambda group: group.name):
            people.join(caller(user), person, group)
        for group in sorted(has - wanted, key=lambda group: group.name):
            people.leave(caller(user), person, group)


@method("system.assign_perm_device", permission=CHANGES_DEVICES)
def assign_perm_device(user: Requester, perm: Name, hostname: Anything, group: Name) -> None:
    """Grant a group what it may do with a device: see scheduler.devices.perms_add.

    Arguments
      perm: view_device, submit_to_device or change_device; a part before a dot is left out.
      hostname: the device's name.
      group: the group's name.

    Faults
      400: there is no such device or group.
      -32603: there is no such permission.

    Example
      system.assign_perm_device("submit_to_device", "qemu-01", "kernel-team")
    """
    _assign(user, perm, _device(hostname), group)


@method("system.revoke_perm_device", permission=CHANGES_DEVICES)
def revoke_perm_device(user: Requester, perm: Name, hostname: Anything, group: Name) -> None:
    """Take from a group what it may do with a device: see scheduler.devices.perms_delete.

    Arguments
      perm: what was granted; nothing happens where it was not.
      hostname: the device's name.
      group: the group's name.

    Faults
      400: there is no such device or group.

    Example
      system.revoke_perm_device("submit_to_device", "qemu-01", "kernel-team")
    """
    _revoke(user, perm, _device(hostname), group)


@method("system.assign_perm_device_type", permission=CHANGES_TYPES)
def assign_perm_device_type(
    user: Requester, perm: Name, device_type: Anything, group: Name
) -> None:
    """Grant a group what it may do with a device type: see scheduler.device_types.perms_add.

    Arguments
      perm: view_devicetype, submit_to_devicetype or change_devicetype; a part before a dot is
        left out.
      device_type: the device type's name.
      group: the group's name.

    Faults
      400: there is no such device type or group.
      -32603: there is no such permission.

    Example
      system.assign_perm_device_type("submit_to_devicetype", "qemu", "kernel-team")
    """
    _assign(user, perm, _type(device_type), group)


@method("system.revoke_perm_device_type", permission=CHANGES_TYPES)
def revoke_perm_device_type(
    user: Requester, perm: Name, device_type: Anything, group: Name
) -> None:
    """Take from a group what it may do with a device type.

    Arguments
      perm: what was granted; nothing happens where it was not.
      device_type: the device type's name.
      group: the group's name.

    Faults
      400: there is no such device type or group.

    Example
      system.revoke_perm_device_type("submit_to_devicetype", "qemu", "kernel-team")
    """
    _revoke(user, perm, _type(device_type), group)


def _assign(user: Requester, perm: object, item: granting.Granting, group: object) -> None:
    found, level = _group(group), _level(perm, item)
    if level is None:
        raise internal("Please use existing permission codename")
    granting.grant(caller(user), item, found, level)


def _revoke(user: Requester, perm: object, item: granting.Granting, group: object) -> None:
    found, level = _group(group), _level(perm, item)
    if level is not None:
        granting.revoke(caller(user), item, found, level)


def _level(perm: object, item: granting.Granting) -> Level | None:
    before, dot, after = str(perm).partition(".")
    return granting.kind_of(item).level(after if dot else before)


def _group(name: object) -> Group:
    found = Group.objects.filter(name=str(name)).first()
    if found is None:
        raise Fault(BAD_REQUEST, "please use existing group name")
    return found


def _device(hostname: object) -> Device:
    if not isinstance(hostname, str):
        raise Fault(BAD_REQUEST, "device argument must be a string")
    found = Device.objects.filter(pk=hostname).first()
    if found is None:
        raise Fault(BAD_REQUEST, "please use existing device hostname")
    return found


def _type(name: object) -> DeviceType:
    if not isinstance(name, str):
        raise Fault(BAD_REQUEST, "device_type name must be a string")
    found = DeviceType.objects.filter(pk=name).first()
    if found is None:
        raise Fault(BAD_REQUEST, "please use existing device type name")
    return found
