"""``method: ssh``: a running host is the board, and OpenSSH's client its console.

The host's key is not checked, since the machines of a lab are installed anew all the time; a
device whose ``ssh_options`` say otherwise has it checked. Keys are the only way to log in.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from typing import Any

from pumice.dispatcher.console.pty import PtyTransport
from pumice.dispatcher.errors import JobError
from pumice.dispatcher.host import ssh_keys
from pumice.dispatcher.host.commands import perform
from pumice.dispatcher.host.processes import find
from pumice.dispatcher.multinode.actions import of
from pumice.dispatcher.session.connection import attach, disconnect
from pumice.dispatcher.step import Step

CONNECT_SECONDS = 10
"""How long the host may take to answer."""

_ALWAYS = {
    "BatchMode": "yes",
    "ConnectTimeout": CONNECT_SECONDS,
    "StrictHostKeyChecking": "no",
    "UserKnownHostsFile": "/dev/null",
    "ServerAliveInterval": 10,
    "ServerAliveCountMax": 3,
}
"""Options beside the device's own, which come first and so win."""

_HOST = re.compile(r"[A-Za-z0-9:][A-Za-z0-9:._%-]*")
"""A host's name or address, and nothing that ssh takes for more."""


async def ready(step: Step) -> None:
    """Check that the client is installed and the key is there. Raises ConfigurationError."""
    for program in ("ssh", "scp"):
        find(program)
    identity = step.parameters["host"]["identity_file"]
    if identity:
        ssh_keys.expect(identity)


async def prepare(step: Step) -> None:
    """Say which host it is."""
    host = _host(step)
    step.report.info(f"the board is {host['user']}@{host['host']}, port {host['port']}")


async def copy(step: Step) -> None:
    """Copy what the deploy action packed to the host. Raises InfrastructureError."""
    parcel = step.state.parcel
    if parcel is None:
        step.report.debug("there is nothing to copy to the host")
        return
    host = _host(step)
    address = f"[{host['host']}]" if ":" in host["host"] else host["host"]
    target = f"{host['user']}@{address}:{_place(step)}"
    command = [find("scp"), *_options(host), "-P", host["port"], str(parcel), target]
    await perform(step.report, command)


async def connect(step: Step) -> None:
    """Open a shell on the host: it becomes the namespace's console."""
    await disconnect(step)
    # The terminal passes every byte on: "~." must not end the connection.
    command = _ssh(_host(step), "-tt", "-e", "none")
    transport = PtyTransport(command)
    step.undo(transport.close)
    attach(step, step.state, transport, connection=shlex.join(command))


async def unpack(step: Step) -> None:
    """Unpack what was copied, at the host's root. Raises InfrastructureError."""
    if step.state.parcel is None:
        return
    place = _place(step)
    command = f"tar -C / -xzf {place} && rm -f {place}"
    await perform(step.report, [*_ssh(_host(step)), command])


def _host(step: Step) -> Mapping[str, Any]:
    """The host, and how to log in there; a guest's is what its host has sent.

    Raises JobError where the message did not come, or holds no host.
    """
    given: Mapping[str, Any] = step.parameters["host"]
    if not given["message"]:
        return given
    told = of(step).told(given["message"], given["key"])
    if not _HOST.fullmatch(told):
        raise JobError(f"the message {given['message']!r} holds no host's address, but {told!r}")
    return {**given, "host": told}


def _place(step: Step) -> str:
    """Where the archive lies on the host: beside what it is unpacked to."""
    return f"{step.parameters['root']}.tar.gz"


def _ssh(host: Mapping[str, Any], *flags: str) -> list[str]:
    return [
        find("ssh"),
        *flags,
        *_options(host),
        *("-p", host["port"], "-l", host["user"], host["host"]),
    ]


def _options(host: Mapping[str, Any]) -> list[str]:
    own: Sequence[str] = host["options"]
    found = [*own]
    if host["identity_file"]:
        found += ["-i", host["identity_file"], "-o", "IdentitiesOnly=yes"]
    for name, value in _ALWAYS.items():
        found += ["-o", f"{name}={value}"]
    return found
