"""``pumice manage device-tags``."""

from __future__ import annotations

from django.core.management.base import CommandParser
from django.db import transaction
from django.db.models import Count

from pumice.server.lab import devices, queries, tags
from pumice.server.lab.models import Device, Tag
from pumice.server.site.management.command import Given, LabCommand, Subcommands
from pumice.server.site.management.finding import find


class Command(LabCommand):
    """``device-tags``: what devices have and jobs may ask for."""

    help = "Manage the tags of devices"

    def add_arguments(self, parser: CommandParser) -> None:
        """``add``, ``show``, ``list``, ``remove``, ``create``."""
        commands = Subcommands(parser)
        for name, act, sentence in (
            ("add", self._add, "Give a device tags, which are made where need be"),
            ("remove", self._remove, "Take tags from a device"),
        ):
            some = commands.add(name, act, sentence)
            some.add_argument("device", metavar="HOST")
            some.add_argument("--tags", metavar="TAG", nargs="+", action="extend", required=True)
        show = commands.add("show", self._show, "Show the tags of a device")
        show.add_argument("device", metavar="HOST")
        commands.add("list", self._list, "List all tags")
        create = commands.add("create", self._create, "Add a tag")
        create.add_argument("name", metavar="NAME")
        create.add_argument("description", metavar="DESCRIPTION", nargs="?", default="")

    def _add(self, given: Given) -> None:
        device = find(Device, given.device)
        with transaction.atomic():
            for name in given.tags:
                devices.tag(None, device, name)

    def _remove(self, given: Given) -> None:
        device = find(Device, given.device)
        with transaction.atomic():
            for tag in [find(Tag, name) for name in given.tags]:
                devices.untag(None, device, tag)

    def _show(self, given: Given) -> None:
        device = find(Device, given.device)
        self.list_items(f"Tags of {device.hostname}:", queries.tags_of(device))

    def _list(self, given: Given) -> None:
        found = Tag.objects.annotate(count=Count("devices")).order_by("name")
        rows = found.values_list("name", "count", "description")
        self.list_items(
            "Tags:",
            (
                f"{name} ({count} devices)" + (f" {description}" if description else "")
                for name, count, description in rows
            ),
        )

    def _create(self, given: Given) -> None:
        tags.add(None, given.name, given.description)
