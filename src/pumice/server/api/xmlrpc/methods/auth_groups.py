"""auth.groups: groups, and what they may do."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group, User

from pumice.server.accounts import people
from pumice.server.accounts.authentication import Requester
from pumice.server.accounts.errors import CannotChange
from pumice.server.accounts.permitting import held_by
from pumice.server.api.xmlrpc import permitting
from pumice.server.api.xmlrpc.faults import NOT_FOUND, Fault
from pumice.server.api.xmlrpc.lookups import caller, group, refused
from pumice.server.api.xmlrpc.permissions import holders
from pumice.server.api.xmlrpc.registry import method
from pumice.server.api.xmlrpc.signatures import Name

VIEWS = holders("auth.view_group")
CHANGES = holders("auth.change_group")


@method("auth.groups.add", permission=holders("auth.add_group"))
def add(user: Requester, name: str) -> None:
    """Add a group.

    Arguments
      name: its name.

    Faults
      400: there is such a group, or it cannot be called so.

    Example
      auth.groups.add("kernel-team")
    """
    try:
        people.add_group(caller(user), name)
    except CannotChange as error:
        raise refused("group already exists?" if error.taken else error) from error


@method("auth.groups.delete", permission=CHANGES)
def delete(user: Requester, name: Name) -> None:
    """Delete a group, with what it was granted.

    Arguments
      name: its name.

    Faults
      404: there is no such group.

    Example
      auth.groups.delete("kernel-team")
    """
    found = Group.objects.filter(name=str(name)).first()
    if found is None:
        raise Fault(NOT_FOUND, "Bad request: group does not exists")
    people.delete_group(caller(user), found)


@method("auth.groups.list", permission=VIEWS)
def list_groups(user: Requester) -> list[str]:
    """List the groups, sorted.

    Returns
      An array of names.

    Example
      auth.groups.list()
    """
    return list(Group.objects.order_by("name").values_list("name", flat=True))


@method("auth.groups.show", permission=VIEWS)
def show(user: Requester, name: Name) -> dict[str, Any]:
    """Show a group.

    Arguments
      name: its name.

    Returns
      A struct: id, name, permissions (texts of app, model and codename with dots between them),
      users (their names).

    Faults
      404: there is no such group.

    Example
      auth.groups.show("kernel-team")
    """
    found = group(name)
    users = User.objects.filter(groups=found).order_by("username")
    return {
        "id": found.pk,
        "name": found.name,
        "permissions": [str(held) for held in held_by(found)],
        "users": list(users.values_list("username", flat=True)),
    }


@method("auth.groups.perms.add", permission=CHANGES)
def perms_add(user: Requester, name: Name, app: Name, model: Name, codename: Name) -> None:
    """Give a group a permission for all objects of a kind.

    Arguments
      name: the group's name.
      app: the app of the model, such as lava_scheduler_app.
      model: the model, such as device.
      codename: the permission, such as submit_to_device.

    Faults
      404: there is no such group, model or permission.

    Example
      auth.groups.perms.add("kernel-team", "lava_scheduler_app", "device", "submit_to_device")
    """
    permitting.add(user, group(name), app, model, codename)


@method("auth.groups.perms.delete", permission=CHANGES)
def perms_delete(user: Requester, name: Name, app: Name, model: Name, codename: Name) -> None:
    """Take a permission from a group; nothing happens where it has it not.

    Arguments
      name: the group's name.
      app: the app of the model.
      model: the model.
      codename: the permission.

    Faults
      404: there is no such group, model or permission.

    Example
      auth.groups.perms.delete("kernel-team", "lava_scheduler_app", "device", "submit_to_device")
    """
    permitting.delete(user, group(name), app, model, codename)


@method("auth.groups.perms.list", permission=VIEWS)
def perms_list(user: Requester, name: Name) -> list[dict[str, str]]:
    """List a group's permissions.

    Arguments
      name: the group's name.

    Returns
      An array of structs: app, model, codename.

    Faults
      404: there is no such group.

    Example
      auth.groups.perms.list("kernel-team")
    """
    return permitting.listed(group(name))
