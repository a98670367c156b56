"""``pumice manage aliases``."""

from __future__ import annotations

from django.core.management.base import CommandParser

from pumice.server.lab import device_types
from pumice.server.lab.models import Alias, DeviceType
from pumice.server.site.management.command import Given, LabCommand, Subcommands
from pumice.server.site.management.finding import find


class Command(LabCommand):
    """``aliases``: other names of device types."""

    help = "Manage the aliases of device types"

    def add_arguments(self, parser: CommandParser) -> None:
        """``add``, ``list``, ``show``, ``remove``."""
        commands = Subcommands(parser)
        add = commands.add("add", self._add, "Add an alias of a device type")
        add.add_argument("alias", metavar="ALIAS")
        add.add_argument("device_type", metavar="DEVICETYPE")
        commands.add("list", self._list, "List all aliases")
        show = commands.add("show", self._show, "Show the device type of an alias")
        show.add_argument("alias", metavar="ALIAS")
        remove = commands.add("remove", self._remove, "Remove an alias")
        remove.add_argument("alias", metavar="ALIAS")

    def _add(self, given: Given) -> None:
        device_types.add_alias(None, given.alias, find(DeviceType, given.device_type))

    def _list(self, given: Given) -> None:
        rows = Alias.objects.order_by("name").values_list("name", "device_type_id")
        self.list_items("Aliases:", (f"{name} ({kind or 'no device type'})" for name, kind in rows))

    def _show(self, given: Given) -> None:
        alias = find(Alias, given.alias)
        self.list_details((("name", alias.name), ("device type", alias.device_type_id)))

    def _remove(self, given: Given) -> None:
        device_types.delete_alias(None, find(Alias, given.alias))
