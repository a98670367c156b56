"""``pumice manage maintenance``."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.core.management.base import CommandError, CommandParser

from pumice.server.accounts.grants import HEALTH_CHECKER
from pumice.server.jobs.queries import current_jobs
from pumice.server.lab.models import Device
from pumice.server.lifecycle.cancel import cancel
from pumice.server.lifecycle.health import set_device_health
from pumice.server.site.management.command import Given, LabCommand, calls
from pumice.wire.states import DeviceHealth

_REASON = "maintenance of the site"


class Command(LabCommand):
    """``maintenance``: no device starts a job any more."""

    help = "Put all devices that are not retired into maintenance"

    def add_arguments(self, parser: CommandParser) -> None:
        """``--force``, ``--dry-run``, ``--user``."""
        parser.add_argument("--force", action="store_true", help="cancel the jobs that they run")
        parser.add_argument("--dry-run", action="store_true", help="only name the devices")
        parser.add_argument(
            "--user",
            default=HEALTH_CHECKER,
            help="who is said to have done it, where there is such a user; default: %(default)s",
        )
        calls(parser, self._maintain)

    def _maintain(self, given: Given) -> None:
        by = User.objects.filter(username=given.user).first()
        if by is None and given.user != HEALTH_CHECKER:
            raise CommandError(f"there is no user {given.user!r}")
        found = Device.objects.exclude(
            health__in=(DeviceHealth.RETIRED, DeviceHealth.MAINTENANCE)
        ).order_by("hostname")
        for hostname in list(found.values_list("hostname", flat=True)):
            if not given.dry_run:
                set_device_health(by, hostname, DeviceHealth.MAINTENANCE, _REASON)
            self.say(f"* {hostname}")
        hostnames = Device.objects.exclude(health=DeviceHealth.RETIRED).order_by("hostname")
        held = current_jobs(list(hostnames.values_list("hostname", flat=True)))
        for hostname, number in sorted(held.items()):
            if given.force and not given.dry_run:
                cancel(number, f"{hostname}: {_REASON}")
            self.say(f"{hostname} runs the job {number}{', canceled' if given.force else ''}")
