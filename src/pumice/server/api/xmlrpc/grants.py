"""What the perms_* methods of devices, device types and workers share."""

from __future__ import annotations

from pumice.server.accounts.authentication import Requester
from pumice.server.api.xmlrpc.faults import internal
from pumice.server.api.xmlrpc.lookups import caller, group
from pumice.server.lab import granting


def add(user: Requester, item: granting.Granting, name: object, permission: object) -> None:
    """Grant a group a permission. Raises Fault where there is no such group or permission."""
    found = group(name)
    level = granting.kind_of(item).level(str(permission))
    if level is None:
        raise internal(f"there is no permission '{permission}' to grant")
    granting.grant(caller(user), item, found, level)


def delete(user: Requester, item: granting.Granting, name: object, permission: object) -> None:
    """Revoke a group's permission, if it has it. Raises Fault where there is no such group."""
    found = group(name)
    level = granting.kind_of(item).level(str(permission))
    if level is not None:
        granting.revoke(caller(user), item, found, level)


def listed(item: granting.Granting) -> list[dict[str, str]]:
    """The permissions that groups were granted."""
    return [{"name": name, "group": group} for name, group in granting.listed(item)]
