"""Run the commands of a device on this host: those that its worker runs for jobs."""

from __future__ import annotations

import shlex
import subprocess

from django.core.management.base import CommandError

from pumice.server.audit.record import record
from pumice.server.lab import control
from pumice.server.lab.devices import KIND
from pumice.server.lab.models import Device

REQUESTS = tuple(control.ACTS)


def lines(device: Device, request: str) -> list[str]:
    """The commands as one would type them. Raises what :func:`control.commands_for` raises."""
    return [shlex.join(words) for words in control.commands_for(device, request)]


def switch(device: Device, request: str) -> None:
    """Run the commands, with this process's terminal, and note it in the audit log.

    Raises CommandError where one cannot be started or fails: those after it are not run.
    """
    commands = control.commands_for(device, request)
    record(None, request, KIND, device.pk)
    for words in commands:
        try:
            done = subprocess.run(words, check=False)
        except OSError as error:
            raise CommandError(f"{words[0]} cannot be started: {error.strerror}") from error
        if done.returncode != 0:
            raise CommandError(f"{shlex.join(words)} ended with {done.returncode}")
