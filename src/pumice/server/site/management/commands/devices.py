"""``pumice manage devices``."""

from __future__ import annotations

from django.contrib.auth.models import Group, User
from django.core.management.base import CommandError, CommandParser
from django.db import transaction
from django.db.models import Q

from pumice.server.jobs.queries import current_jobs
from pumice.server.lab import configuration, devices, queries, writing
from pumice.server.lab.models import Device, DeviceType, Worker
from pumice.server.lab.owning import own
from pumice.server.lifecycle import health
from pumice.server.site.management import switching
from pumice.server.site.management.checking import checked
from pumice.server.site.management.command import Given, LabCommand, Subcommands
from pumice.server.site.management.finding import find, find_given, named, names_of
from pumice.wire.states import DeviceHealth, DeviceState

_COLUMNS = ("hostname", "device_type", "state", "health", "worker", "tags", "description")


class Command(LabCommand):
    """``devices``: the boards of the lab."""

    help = "Manage devices"

    def add_arguments(self, parser: CommandParser) -> None:
        """``add``, ``copy``, ``details``, ``list``, ``update``, ``check``, ``control``."""
        commands = Subcommands(parser)
        add = commands.add("add", self._add, "Add a device")
        add.add_argument("device", metavar="HOST")
        add.add_argument("--device-type", metavar="TYPE", required=True)
        add.add_argument("--worker", required=True, help="the host that it is connected to")
        add.add_argument("--offline", action="store_true", help="in maintenance at first")
        add.add_argument("--tags", metavar="TAG", nargs="+", action="extend", default=[])
        _add_changeable(add)
        copy = commands.add("copy", self._copy, "Add a device that is as another")
        copy.add_argument("original", metavar="ORIG")
        copy.add_argument("device", metavar="TARGET")
        copy.add_argument("--worker", required=True, help="the host that it is connected to")
        copy.add_argument("--offline", action="store_true", help="in maintenance at first")
        copy.add_argument("--copy-with-tags", action="store_true", help="with the other's tags")
        details = commands.add("details", self._details, "Show a device")
        details.add_argument("device", metavar="HOST")
        self._add_list(commands)
        update = commands.add("update", self._update, "Change a device")
        update.add_argument("device", metavar="HOST")
        update.add_argument("--health", choices=names_of(DeviceHealth))
        update.add_argument("--worker", help="the host that it is connected to")
        _add_changeable(update)
        check = commands.add("check", self._check, "Say what is wrong with dictionaries")
        which = check.add_mutually_exclusive_group(required=True)
        which.add_argument(
            "-a", "--all", action="store_true", help="all devices that are not retired"
        )
        which.add_argument("devices", metavar="HOST", nargs="*", default=[], help="a device")
        control = commands.add(
            "control", self._control, "Run a device's commands, on this host, as you"
        )
        control.add_argument("-n", "--dry-run", action="store_true", help="only print them")
        control.add_argument("device", metavar="HOST")
        control.add_argument("request", metavar="on|off|reset|connect", choices=switching.REQUESTS)

    def _add_list(self, commands: Subcommands) -> None:
        listing = commands.add("list", self._list, "List the devices that are not retired")
        listing.add_argument("--state", choices=names_of(DeviceState))
        which = listing.add_mutually_exclusive_group()
        which.add_argument("-a", "--all", action="store_true", help="also retired ones")
        which.add_argument("--health", choices=names_of(DeviceHealth))
        listing.add_argument("--csv", action="store_true", help="as comma-separated values")

    def _add(self, given: Given) -> None:
        with transaction.atomic():
            device = devices.add(
                None,
                given.device,
                find(DeviceType, given.device_type),
                find(Worker, given.worker),
                health=_health_of_new(given),
                description=given.description or "",
            )
            for name in given.tags:
                devices.tag(None, device, name)
            _change(device, given)

    def _copy(self, given: Given) -> None:
        original = find(Device, given.original)
        with transaction.atomic():
            device = devices.add(
                None,
                given.device,
                original.device_type,
                find(Worker, given.worker),
                health=_health_of_new(given),
                description=original.description,
            )
            if original.physical_owner is not None:
                devices.change(None, device, owner=original.physical_owner)
            if original.physical_group is not None:
                devices.change(None, device, group=original.physical_group)
            for name in queries.tags_of(original) if given.copy_with_tags else ():
                devices.tag(None, device, name)
            if configuration.has_dictionary(original.pk) and not configuration.has_dictionary(
                device.pk
            ):
                text = configuration.dictionary(original.pk)
                writing.write_dictionary(None, device.pk, text)

    def _details(self, given: Given) -> None:
        device = find(Device, given.device)
        owner, group = device.physical_owner, device.physical_group
        self.list_details(
            (
                ("hostname", device.hostname),
                ("device type", device.device_type_id),
                ("state", DeviceState(device.state).label),
                ("health", DeviceHealth(device.health).label),
                ("worker", device.worker_host_id),
                ("current job", current_jobs([device.pk]).get(device.pk)),
                ("description", device.description),
                ("physical owner", owner.get_username() if owner else ""),
                ("physical group", group.name if group else ""),
                ("tags", ", ".join(queries.tags_of(device))),
                ("has dictionary", configuration.has_dictionary(device.hostname)),
                ("is synced", device.is_synced),
            )
        )

    def _list(self, given: Given) -> None:
        found = Device.objects.order_by("hostname").prefetch_related("tags")
        if given.health is not None:
            found = found.filter(health=DeviceHealth[given.health])
        elif not given.all:
            found = found.filter(~Q(health=DeviceHealth.RETIRED))
        if given.state is not None:
            found = found.filter(state=DeviceState[given.state])
        rows = [_row(device) for device in found]
        if given.csv:
            self.print_csv(_COLUMNS, rows)
            return
        self.list_items(
            "Devices:", (f"{row[0]} ({row[2]}, {row[3]}) {row[1]} on {row[4]}" for row in rows)
        )

    def _update(self, given: Given) -> None:
        device = find(Device, given.device)
        with transaction.atomic():
            if given.worker is not None:
                devices.change(None, device, worker=find(Worker, given.worker))
            if given.description is not None:
                devices.change(None, device, description=given.description)
            _change(device, given)
        wanted = named(DeviceHealth, given.health)
        if wanted is not None:
            health.set_device_health(None, device.pk, wanted, "set on the command line")

    def _check(self, given: Given) -> None:
        wrong = 0
        for hostname, reasons in checked(given.devices):
            self.say(f"{hostname}: {'; '.join(reasons) or 'valid'}")
            wrong += bool(reasons)
        if wrong:
            raise CommandError(f"devices with problems: {wrong}")

    def _control(self, given: Given) -> None:
        device = find(Device, given.device)
        if given.dry_run:
            for line in switching.lines(device, given.request):
                self.say(line)
            return
        self.stdout.flush()
        switching.switch(device, given.request)


def _add_changeable(parser: CommandParser) -> None:
    parser.add_argument("--description")
    physical = parser.add_mutually_exclusive_group()
    physical.add_argument("--physical-user", metavar="USER", help="who has it on their desk")
    physical.add_argument("--physical-group", metavar="GROUP", help="the group that has it")
    owner = parser.add_mutually_exclusive_group()
    owner.add_argument("--owner", metavar="USER", help="a user who may change it")
    owner.add_argument("--group", help="a group that may change it")


def _change(device: Device, given: Given) -> None:
    user, group = find_given(User, given.physical_user), find_given(Group, given.physical_group)
    if user is not None:
        devices.change(None, device, owner=user)
    if group is not None:
        devices.change(None, device, group=group)
    owner = find_given(User, given.owner) or find_given(Group, given.group)
    if owner is not None:
        own(None, device, owner)


def _health_of_new(given: Given) -> DeviceHealth:
    return DeviceHealth.MAINTENANCE if given.offline else DeviceHealth.GOOD


def _row(device: Device) -> tuple[str, ...]:
    return (
        device.hostname,
        device.device_type_id,
        DeviceState(device.state).label,
        DeviceHealth(device.health).label,
        device.worker_host_id or "",
        " ".join(sorted(tag.name for tag in device.tags.all())),
        device.description,
    )
