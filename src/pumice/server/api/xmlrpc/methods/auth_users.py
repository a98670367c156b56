"""auth.users: users."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User

from pumice.server.accounts import ldap as directory
from pumice.server.accounts import people
from pumice.server.accounts.authentication import Requester
from pumice.server.accounts.errors import CannotChange
from pumice.server.accounts.permitting import held_by
from pumice.server.api.xmlrpc.faults import NOT_FOUND, Fault
from pumice.server.api.xmlrpc.lookups import caller, person, refused
from pumice.server.api.xmlrpc.permissions import holders
from pumice.server.api.xmlrpc.registry import method
from pumice.server.api.xmlrpc.signatures import Name

VIEWS = holders("auth.view_user")
CHANGES = holders("auth.change_user")
_LISTED = ("username", "last_name", "first_name", "is_superuser", "is_staff", "is_active")


@method("auth.users.add", permission=holders("auth.add_user"))
def add(
    user: Requester,
    username: str,
    first_name: str | None = None,
    last_name: str | None = None,
    email: str | None = None,
    is_active: bool = True,
    is_staff: bool = False,
    is_superuser: bool = False,
    ldap: bool = False,
) -> None:
    """Add a user, without a password.

    Arguments
      username: the name by which they sign in.
      first_name: their first name.
      last_name: their last name.
      email: their e-mail address.
      is_active: whether they may sign in and use tokens.
      is_staff: whether they may use the administration pages.
      is_superuser: whether they may do everything; only a superuser can say so.
      ldap: take names and address from LDAP, whatever is given here.

    Faults
      400: there is such a user, they cannot be called so, or LDAP is not set up.
      403: the caller is no superuser, and is_superuser is true.
      404: LDAP has no such user.

    Example
      auth.users.add("alice", "Alice", "Liddell", "alice@example.com")
    """
    given = {"is_active": is_active, "is_staff": is_staff, "is_superuser": is_superuser}
    _check_superuser(user, given)
    names = {"first_name": first_name, "last_name": last_name, "email": email}
    try:
        if ldap:
            directory.add_user(caller(user), username, **given)
            return
        people.add_user(
            caller(user),
            username,
            **given,
            **{key: value for key, value in names.items() if value is not None},
        )
    except directory.NotInDirectory as error:
        raise Fault(NOT_FOUND, str(error)) from error
    except CannotChange as error:
        raise refused("user already exists?" if error.taken else error) from error


@method("auth.users.delete", permission=CHANGES)
def delete(user: Requester, username: Name) -> None:
    """Delete a user who has no jobs, with their tokens.

    Arguments
      username: the user's name.

    Faults
      404: there is no such user.
      400: the user has jobs: deactivate them instead.
      403: the user is a superuser, and the caller is none.

    Example
      auth.users.delete("alice")
    """
    found = User.objects.filter(username=str(username)).first()
    if found is None:
        raise Fault(NOT_FOUND, "Bad request: user does not exists")
    _check_superuser(user, {"is_superuser": found.is_superuser})
    try:
        people.delete_user(caller(user), found)
    except CannotChange as error:
        raise refused(error) from error


@method("auth.users.list", permission=VIEWS)
def list_users(user: Requester) -> list[dict[str, Any]]:
    """List the users, by name.

    Returns
      An array of structs: username, last_name, first_name, is_superuser, is_staff, is_active.

    Example
      auth.users.list()
    """
    return list(User.objects.order_by("username").values(*_LISTED))


@method("auth.users.show", permission=VIEWS)
def show(user: Requester, username: Name) -> dict[str, Any]:
    """Show a user.

    Arguments
      username: the user's name.

    Returns
      A struct: id, username, first_name, last_name, email, is_active, is_staff, is_superuser,
      groups (their names), permissions (the user's own: texts of app, model and codename with
      dots between them), date_joined, last_login (in UTC; nil for one who never signed in).

    Faults
      404: there is no such user.

    Example
      auth.users.show("alice")
    """
    found = person(username)
    groups = found.groups.order_by("name").values_list("name", flat=True)
    shown = {name: getattr(found, name) for name in ("username", *people.FIELDS)}
    return {
        "id": found.pk,
        **shown,
        "groups": list(groups),
        "permissions": [str(held) for held in held_by(found)],
        "date_joined": found.date_joined,
        "last_login": found.last_login,
    }


@method("auth.users.update", permission=CHANGES)
def update(
    user: Requester,
    username: Name,
    first_name: str | None = None,
    last_name: str | None = None,
    email: str | None = None,
    is_active: bool | None = None,
    is_staff: bool | None = None,
    is_superuser: bool | None = None,
) -> None:
    """Change a user: what is not nil.

    Arguments
      username: the user's name.
      first_name: their first name.
      last_name: their last name.
      email: their e-mail address.
      is_active: whether they may sign in and use tokens.
      is_staff: whether they may use the administration pages.
      is_superuser: whether they may do everything.

    Faults
      404: there is no such user.
      403: the caller is no superuser, and the user is or shall become one.
      400: a value cannot be used.

    Example
      auth.users.update("alice", nil, nil, "alice@example.org")
    """
    found = person(username)
    values: dict[str, Any] = {
        "first_name": first_name,
        "last_name": last_name,
        "email": email,
        "is_active": is_active,
        "is_staff": is_staff,
        "is_superuser": is_superuser,
    }
    given = {name: value for name, value in values.items() if value is not None}
    _check_superuser(user, {"is_superuser": found.is_superuser or is_superuser})
    try:
        people.change_user(
            caller(user),
            found,
            **{name: value for name, value in given.items() if value is not None},
        )
    except CannotChange as error:
        raise refused(error) from error


def _check_superuser(user: Requester, values: dict[str, Any]) -> None:
    """Nobody rises above themself: only superusers make, change and delete superusers."""
    if values.get("is_superuser") and not user.is_superuser:
        raise Fault(403, "Only a superuser can make, change or delete one.")
