"""``pumice manage workers``."""

from __future__ import annotations

from django.core.management.base import CommandParser
from django.db.models import Count

from pumice.server.lab import workers
from pumice.server.lab.models import Device, Worker
from pumice.server.lifecycle import health
from pumice.server.site.management.command import Given, LabCommand, Subcommands
from pumice.server.site.management.finding import find, named, names_of
from pumice.wire.states import DeviceHealth, DeviceState, WorkerHealth, WorkerState

_COLUMNS = ("hostname", "description", "master", "state", "health", "version", "devices")


class Command(LabCommand):
    """``workers``: the hosts that devices are connected to."""

    help = "Manage workers"

    def add_arguments(self, parser: CommandParser) -> None:
        """``add``, ``details``, ``list``, ``update``."""
        commands = Subcommands(parser)
        add = commands.add("add", self._add, "Add a worker and print its token")
        update = commands.add("update", self._update, "Change a worker")
        for some in (add, update):
            some.add_argument("worker", metavar="HOST")
            some.add_argument("--description")
            some.add_argument("--health", choices=names_of(WorkerHealth))
        details = commands.add("details", self._details, "Show a worker")
        details.add_argument("worker", metavar="HOST")
        details.add_argument("--devices", action="store_true", help="with its devices")
        listing = commands.add("list", self._list, "List the workers that are not retired")
        listing.add_argument("-a", "--all", action="store_true", help="also retired ones")
        listing.add_argument("--csv", action="store_true", help="as comma-separated values")

    def _add(self, given: Given) -> None:
        wanted = named(WorkerHealth, given.health) or WorkerHealth.ACTIVE
        _, token = workers.add(given.worker, given.description or "", health=wanted)
        self.say(f"Token: {token}")

    def _details(self, given: Given) -> None:
        worker = find(Worker, given.worker)
        self.list_details(
            (
                ("hostname", worker.hostname),
                ("state", WorkerState(worker.state).label),
                ("health", WorkerHealth(worker.health).label),
                ("description", worker.description),
                ("version", worker.version),
                ("last ping", worker.last_ping),
                ("job limit", worker.job_limit),
                ("devices", Device.objects.filter(worker_host=worker).count()),
                ("token", workers.token_of(worker)),
            )
        )
        if given.devices:
            for device in Device.objects.filter(worker_host=worker).order_by("hostname"):
                state, condition = DeviceState(device.state), DeviceHealth(device.health)
                self.say(f"* {device.hostname} ({state.label}, {condition.label})")

    def _list(self, given: Given) -> None:
        found = Worker.objects.annotate(count=Count("devices")).order_by("hostname")
        if not given.all:
            found = found.exclude(health=WorkerHealth.RETIRED)
        columns = ("hostname", "description", "state", "health", "version", "count")
        rows = [
            # LAVA's list has an empty column of masters.
            (name, text, "", WorkerState(state).label, WorkerHealth(well).label, version, count)
            for name, text, state, well, version, count in found.values_list(*columns)
        ]
        if given.csv:
            self.print_csv(_COLUMNS, rows)
            return
        self.list_items(
            "Workers:", (f"{row[0]} ({row[3]}, {row[4]}) {row[6]} devices" for row in rows)
        )

    def _update(self, given: Given) -> None:
        worker = find(Worker, given.worker)
        workers.change(None, worker, description=given.description)
        wanted = named(WorkerHealth, given.health)
        if wanted is not None:
            health.set_worker_health(None, worker.pk, wanted, "set on the command line")
