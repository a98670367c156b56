"""scheduler.tags: what devices have and jobs may ask for."""

from __future__ import annotations

from typing import Any

from pumice.server.accounts.authentication import Requester
from pumice.server.accounts.errors import CannotChange
from pumice.server.api.xmlrpc import lookups
from pumice.server.api.xmlrpc.lookups import caller, refused
from pumice.server.api.xmlrpc.permissions import ANYONE, holders
from pumice.server.api.xmlrpc.registry import method
from pumice.server.api.xmlrpc.signatures import Name
from pumice.server.lab import queries, tags
from pumice.server.lab.models import Tag


@method("scheduler.tags.add", permission=holders("lava_scheduler_app.add_tag"))
def add(user: Requester, name: str, description: str | None = None) -> None:
    """Add a tag.

    Arguments
      name: its name.
      description: what people read of it.

    Faults
      400: there is such a tag, or a tag cannot be called so.

    Example
      scheduler.tags.add("usb", "has a USB stick")
    """
    try:
        tags.add(caller(user), name, description or "")
    except CannotChange as error:
        raise refused("tag already exists?" if error.taken else error) from error


@method("scheduler.tags.delete", permission=holders("lava_scheduler_app.delete_tag"))
def delete(user: Requester, name: Name) -> None:
    """Delete a tag, also from the devices that have it.

    Arguments
      name: its name.

    Faults
      404: there is no such tag.

    Example
      scheduler.tags.delete("usb")
    """
    tags.delete(caller(user), lookups.tag(name))


@method("scheduler.tags.list", permission=ANYONE)
def list_tags(user: Requester) -> list[dict[str, Any]]:
    """List the tags, by name.

    Returns
      An array of structs: name, description (or nil).

    Example
      scheduler.tags.list()
    """
    rows = Tag.objects.order_by("name").values_list("name", "description")
    return [{"name": name, "description": description or None} for name, description in rows]


@method("scheduler.tags.show", permission=ANYONE)
def show(user: Requester, name: Name) -> dict[str, Any]:
    """Show a tag.

    Arguments
      name: its name.

    Returns
      A struct: name, description (or nil), devices (the names of those that have it and that
      the caller may see).

    Faults
      404: there is no such tag.

    Example
      scheduler.tags.show("usb")
    """
    found = lookups.tag(name)
    devices = queries.devices(user).filter(tags=found)
    return {
        "name": found.name,
        "description": found.description or None,
        "devices": list(devices.values_list("hostname", flat=True)),
    }
