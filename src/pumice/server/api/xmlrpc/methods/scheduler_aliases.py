"""scheduler.aliases: other names of device types."""

from __future__ import annotations

from pumice.server.accounts.authentication import Requester
from pumice.server.accounts.errors import CannotChange
from pumice.server.api.xmlrpc.faults import NOT_FOUND, Fault
from pumice.server.api.xmlrpc.lookups import any_type, caller, refused
from pumice.server.api.xmlrpc.permissions import ANYONE, holders
from pumice.server.api.xmlrpc.registry import method
from pumice.server.api.xmlrpc.signatures import Name
from pumice.server.lab import device_types as acts
from pumice.server.lab import permissions, queries
from pumice.server.lab.models import Alias


@method("scheduler.aliases.add", permission=holders("lava_scheduler_app.add_alias"))
def add(user: Requester, name: str, device_type_name: Name) -> None:
    """Add an alias: another name by which jobs may ask for a device type.

    Arguments
      name: the alias.
      device_type_name: the device type's name.

    Faults
      400: there is no such device type.
      404: the caller may not see the device type; there is an alias or a device type of the name;
        or an alias cannot be called so.

    Example
      scheduler.aliases.add("virtual-pc", "qemu")
    """
    try:
        found = any_type(device_type_name)
    except Fault as fault:
        raise refused("DeviceType does not exist", "Bad request. ") from fault
    if not permissions.may_view(user, found):
        raise Fault(NOT_FOUND, f"Device-type '{device_type_name}' was not found.")
    try:
        acts.add_alias(caller(user), name, found)
    except CannotChange as error:
        # The code is LAVA's.
        raise Fault(NOT_FOUND, str(error)) from error


@method("scheduler.aliases.delete", permission=holders("lava_scheduler_app.delete_alias"))
def delete(user: Requester, name: Name) -> None:
    """Delete an alias.

    Arguments
      name: the alias.

    Faults
      404: there is no such alias.

    Example
      scheduler.aliases.delete("virtual-pc")
    """
    acts.delete_alias(caller(user), _alias(name))


@method("scheduler.aliases.list", permission=ANYONE)
def list_aliases(user: Requester) -> list[str]:
    """List all aliases, sorted.

    Returns
      An array of names.

    Example
      scheduler.aliases.list()
    """
    return list(Alias.objects.order_by("name").values_list("name", flat=True))


@method("scheduler.aliases.show", permission=ANYONE)
def show(user: Requester, name: Name) -> dict[str, str]:
    """Show an alias.

    Arguments
      name: the alias.

    Returns
      A struct: name, device_type (empty where it is one of none, or of one that the caller may
      not see).

    Faults
      404: there is no such alias.

    Example
      scheduler.aliases.show("virtual-pc")
    """
    alias = _alias(name)
    visible = queries.device_types(user).filter(pk=alias.device_type_id).exists()
    return {"name": alias.pk, "device_type": (alias.device_type_id or "") if visible else ""}


def _alias(name: object) -> Alias:
    alias = Alias.objects.filter(pk=str(name)).first()
    if alias is None:
        raise Fault(NOT_FOUND, f"Alias '{name}' was not found.")
    return alias
