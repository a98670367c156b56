"""What the perms methods of users and groups share."""

from __future__ import annotations

from pumice.server.accounts import permitting
from pumice.server.accounts.authentication import Requester
from pumice.server.api.xmlrpc.faults import NOT_FOUND, Fault
from pumice.server.api.xmlrpc.lookups import caller


def add(
    user: Requester, holder: permitting.Holder, app: object, model: object, codename: object
) -> None:
    """Give a permission. Raises Fault 404 where there is no such model or permission."""
    try:
        permitting.permit(caller(user), holder, str(app), str(model), str(codename))
    except permitting.NoSuchPermission as error:
        raise Fault(NOT_FOUND, str(error)) from error


def delete(
    user: Requester, holder: permitting.Holder, app: object, model: object, codename: object
) -> None:
    """Take a permission. Raises Fault 404 where there is no such model or permission."""
    try:
        permitting.forbid(caller(user), holder, str(app), str(model), str(codename))
    except permitting.NoSuchPermission as error:
        raise Fault(NOT_FOUND, str(error)) from error


def listed(holder: permitting.Holder) -> list[dict[str, str]]:
    """The holder's own permissions."""
    return [
        {"app": held.app, "model": held.model, "codename": held.codename}
        for held in permitting.held_by(holder)
    ]
