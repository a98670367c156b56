"""The commands by which a device is switched and its console opened, as its dictionary says."""

from __future__ import annotations

import shlex

from pumice.devices import configuration
from pumice.server.accounts.errors import CannotChange
from pumice.server.lab.configuration import render_device
from pumice.server.lab.models import Device

ACTS = {"on": "power_on", "off": "power_off", "reset": "hard_reset", "connect": "connect"}
"""What can be asked of a device, and how a configuration calls it."""


def commands_for(device: Device, act: str) -> list[list[str]]:
    """The words of each command that does one of :data:`ACTS`, in their order.

    No shell is meant to run them. To ``connect`` is the device's console, that with the tag
    ``primary`` where it has several. Raises NoConfiguration, InvalidDocument, and CannotChange
    where the device has no such command or it cannot be read.
    """
    found = configuration.parse(render_device(device.hostname))
    texts = found.commands.get(ACTS[act], [])
    if act == "connect" and not texts:
        consoles = found.connections.values()
        primary = (console.command for console in consoles if "primary" in console.tags)
        texts = [text for text in [next(primary, None)] if text is not None]
    if not texts:
        raise CannotChange(f"the device {device.hostname!r} has no command {ACTS[act]}")
    return [_words(text) for text in texts]


def _words(text: str) -> list[str]:
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise CannotChange(f"the command {text!r} cannot be read: {error}") from error
    if not words:
        raise CannotChange("a command is empty")
    return words
