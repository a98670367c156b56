"""``pumice manage devices check``: what is wrong with the dictionaries of devices."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from pumice.server.lab import checks
from pumice.server.lab.configuration import NoConfiguration
from pumice.server.lab.models import Device
from pumice.wire.states import DeviceHealth


class Command(BaseCommand):
    """``devices``, with LAVA's sub-command ``check``."""

    help = "Check the dictionaries of devices"

    def add_arguments(self, parser: CommandParser) -> None:
        """``check -a`` or ``check HOST ...``."""
        commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
        check = commands.add_parser("check", help="Say what is wrong with dictionaries")
        which = check.add_mutually_exclusive_group(required=True)
        which.add_argument(
            "-a", "--all", action="store_true", help="all devices that are not retired"
        )
        which.add_argument("devices", metavar="HOST", nargs="*", default=[], help="a device")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print a line a device. Raises CommandError where one is wrong."""
        wrong = 0
        for hostname, reasons in _checked(options["devices"]):
            self.stdout.write(f"{hostname}: {'; '.join(reasons) or 'valid'}")
            wrong += bool(reasons)
        if wrong:
            raise CommandError(f"devices with problems: {wrong}")


def _checked(hostnames: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Each device with what is wrong with it: those named, else all that are not retired."""
    found = Device.objects.order_by("hostname")
    if hostnames:
        devices = found.in_bulk(hostnames)
    else:
        devices = {device.hostname: device for device in found.exclude(health=DeviceHealth.RETIRED)}
    for hostname in hostnames or devices:
        device = devices.get(hostname)
        yield hostname, ["there is no such device"] if device is None else _reasons(device)


def _reasons(device: Device) -> list[str]:
    try:
        return [str(problem) for problem in checks.problems(device)]
    except NoConfiguration:
        return ["there is no dictionary"]
