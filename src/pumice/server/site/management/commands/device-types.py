"""``pumice manage device-types``."""

from __future__ import annotations

from collections import defaultdict

from django.core.management.base import CommandError, CommandParser
from django.db import transaction
from django.db.models import Count, Q, QuerySet

from pumice.server.lab import configuration, device_types, queries
from pumice.server.lab.models import Alias, Device, DeviceType
from pumice.server.lifecycle import removal
from pumice.server.site.management.command import Given, LabCommand, Subcommands
from pumice.server.site.management.finding import find
from pumice.wire.states import DeviceHealth, DeviceState

_COLUMNS = ("name", "devices", "display", "health_frequency", "health_denominator", "aliases")
_WORDS = {number: word for word, number in device_types.DENOMINATORS.items()}


class Command(LabCommand):
    """``device-types``: the kinds of devices."""

    help = "Manage device types"

    def add_arguments(self, parser: CommandParser) -> None:
        """``add``, ``update``, ``details``, ``list``, ``prune``."""
        commands = Subcommands(parser)
        add = commands.add("add", self._add, "Add a device type, or with * one for each template")
        add.add_argument("name", metavar="NAME|*")
        add.add_argument("--alias", help="another name of the device type")
        add.add_argument(
            "--health-frequency", type=int, default=24, metavar="N", help="default: %(default)s"
        )
        add.add_argument(
            "--health-denominator",
            choices=list(device_types.DENOMINATORS),
            default="hours",
            help="what the frequency counts; default: %(default)s",
        )
        update = commands.add("update", self._update, "Give a device type an alias")
        update.add_argument("name", metavar="NAME")
        update.add_argument("--alias", required=True, help="another name of the device type")
        details = commands.add("details", self._details, "Show a device type")
        details.add_argument("name", metavar="NAME")
        details.add_argument("--devices", action="store_true", help="with its devices")
        listing = commands.add("list", self._list, "List the device types")
        listing.add_argument(
            "-a",
            "--all",
            action="store_true",
            help="also hidden ones, and templates of which there is no device type",
        )
        listing.add_argument("--csv", action="store_true", help="as comma-separated values")
        prune = commands.add(
            "prune", self._prune, "Delete the device types that no device and no job has"
        )
        prune.add_argument("--dry-run", action="store_true", help="delete nothing")
        prune.add_argument("--verbose", action="store_true", help="also name those that stay")

    def _add(self, given: Given) -> None:
        values = {
            "health_frequency": given.health_frequency,
            "health_denominator": device_types.DENOMINATORS[given.health_denominator],
        }
        if given.name != "*":
            with transaction.atomic():
                kind = device_types.add(None, given.name, **values)
                if given.alias is not None:
                    device_types.add_alias(None, given.alias, kind)
            return
        if given.alias is not None:
            raise CommandError("an alias is one of a single device type: it does not go with *")
        known = set(DeviceType.objects.values_list("name", flat=True))
        for name in configuration.installable_types():
            if name in known:
                self.say(f"* {name} [SKIP]")
                continue
            device_types.add(None, name, **values)
            self.say(f"* {name}")

    def _update(self, given: Given) -> None:
        device_types.add_alias(None, given.alias, find(DeviceType, given.name))

    def _details(self, given: Given) -> None:
        kind = find(DeviceType, given.name)
        self.list_details(
            (
                ("name", kind.name),
                ("description", kind.description),
                ("display", kind.display),
                ("health frequency", f"{kind.health_frequency} {_WORDS[kind.health_denominator]}"),
                ("health disabled", kind.disable_health_check),
                ("aliases", ", ".join(queries.aliases_of(kind))),
                ("template", configuration.has_template(kind.name)),
                ("devices", Device.objects.filter(device_type=kind).count()),
            )
        )
        if given.devices:
            for device in Device.objects.filter(device_type=kind).order_by("hostname"):
                state, health = DeviceState(device.state), DeviceHealth(device.health)
                self.say(f"* {device.hostname} ({state.label}, {health.label})")

    def _list(self, given: Given) -> None:
        rows = _rows(DeviceType.objects.filter(Q() if given.all else Q(display=True)))
        missing = _not_added() if given.all else []
        if given.csv:
            rows += [(name, 0, False, "", "", "") for name in missing]
            self.print_csv(_COLUMNS, rows)
            return
        self.list_items("Device types:", (f"{row[0]} ({row[1]} devices)" for row in rows))
        if given.all:
            self.list_items("Templates without a device type:", missing)

    def _prune(self, given: Given) -> None:
        unused = Q(devices__isnull=True, jobs__isnull=True)
        for kind in DeviceType.objects.filter(unused).order_by("name"):
            if not given.dry_run:
                removal.delete_device_type(None, kind.name)
            self.say(f"* {kind.name}")
        if given.verbose:
            kept = DeviceType.objects.exclude(unused).order_by("name").distinct()
            for name in kept.values_list("name", flat=True):
                self.say(f"* {name} [SKIP]")


def _rows(kinds: QuerySet[DeviceType]) -> list[tuple[object, ...]]:
    """The columns of the device types; retired devices are not counted."""
    in_use = Count("devices", filter=~Q(devices__health=DeviceHealth.RETIRED))
    found = kinds.order_by("name").annotate(count=in_use)
    aliases: dict[str | None, list[str]] = defaultdict(list)
    for alias in Alias.objects.order_by("name"):
        aliases[alias.device_type_id].append(alias.name)
    return [
        (name, count, display, frequency, _WORDS[denominator], " ".join(aliases[name]))
        for name, count, display, frequency, denominator in found.values_list(
            "name", "count", "display", "health_frequency", "health_denominator"
        )
    ]


def _not_added() -> list[str]:
    known = set(DeviceType.objects.values_list("name", flat=True))
    return [name for name in configuration.installable_types() if name not in known]
