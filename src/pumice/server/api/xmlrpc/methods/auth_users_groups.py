"""auth.users.groups and auth.users.perms: a user's groups and own permissions."""

from __future__ import annotations

from django.contrib.auth.models import Group

from pumice.server.accounts import people
from pumice.server.accounts.authentication import Requester
from pumice.server.accounts.errors import CannotChange
from pumice.server.api.xmlrpc import permitting
from pumice.server.api.xmlrpc.lookups import caller, group, person, refused
from pumice.server.api.xmlrpc.permissions import holders
from pumice.server.api.xmlrpc.registry import method
from pumice.server.api.xmlrpc.signatures import Name

VIEWS = holders("auth.view_user")
CHANGES = holders("auth.change_user")


@method("auth.users.groups.add", permission=CHANGES)
def groups_add(user: Requester, username: Name, name: str) -> None:
    """Put a user into a group, which is made where there is none of the name.

    Arguments
      username: the user's name.
      name: the group's name.

    Faults
      404: there is no such user.
      400: a group cannot be called so.

    Example
      auth.users.groups.add("alice", "kernel-team")
    """
    found = person(username)
    try:
        into = Group.objects.filter(name=name).first() or people.add_group(caller(user), name)
    except CannotChange as error:
        raise refused(error) from error
    people.join(caller(user), found, into)


@method("auth.users.groups.delete", permission=CHANGES)
def groups_delete(user: Requester, username: Name, name: Name) -> None:
    """Take a user out of a group; nothing happens where they are not in it.

    Arguments
      username: the user's name.
      name: the group's name.

    Faults
      404: there is no such user or group.

    Example
      auth.users.groups.delete("alice", "kernel-team")
    """
    people.leave(caller(user), person(username), group(name))


@method("auth.users.groups.list", permission=VIEWS)
def groups_list(user: Requester, username: Name) -> list[str]:
    """List a user's groups, sorted.

    Arguments
      username: the user's name.

    Returns
      An array of names.

    Faults
      404: there is no such user.

    Example
      auth.users.groups.list("alice")
    """
    return list(person(username).groups.order_by("name").values_list("name", flat=True))


@method("auth.users.perms.add", permission=CHANGES)
def perms_add(user: Requester, username: Name, app: Name, model: Name, codename: Name) -> None:
    """Give a user a permission for all objects of a kind.

    Arguments
      username: the user's name.
      app: the app of the model, such as lava_scheduler_app.
      model: the model, such as device.
      codename: the permission, such as submit_to_device.

    Faults
      404: there is no such user, model or permission.

    Example
      auth.users.perms.add("alice", "lava_scheduler_app", "worker", "add_worker")
    """
    permitting.add(user, person(username), app, model, codename)


@method("auth.users.perms.delete", permission=CHANGES)
def perms_delete(user: Requester, username: Name, app: Name, model: Name, codename: Name) -> None:
    """Take a permission from a user; nothing happens where they have it not.

    Arguments
      username: the user's name.
      app: the app of the model.
      model: the model.
      codename: the permission.

    Faults
      404: there is no such user, model or permission.

    Example
      auth.users.perms.delete("alice", "lava_scheduler_app", "worker", "add_worker")
    """
    permitting.delete(user, person(username), app, model, codename)


@method("auth.users.perms.list", permission=VIEWS)
def perms_list(user: Requester, username: Name) -> list[dict[str, str]]:
    """List a user's own permissions, without those of their groups.

    Arguments
      username: the user's name.

    Returns
      An array of structs: app, model, codename.

    Faults
      404: there is no such user.

    Example
      auth.users.perms.list("alice")
    """
    return permitting.listed(person(username))
