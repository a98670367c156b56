"""What is wrong with devices, as a line says it."""

from __future__ import annotations

from collections.abc import Iterator

from pumice.server.lab import checks
from pumice.server.lab.configuration import NoConfiguration
from pumice.server.lab.models import Device
from pumice.wire.states import DeviceHealth


def checked(hostnames: list[str]) -> Iterator[tuple[str, list[str]]]:
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
