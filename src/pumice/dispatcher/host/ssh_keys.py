"""The lab's key for SSH: a file on the worker that the device's configuration names."""

from __future__ import annotations

import os
from pathlib import Path

from pumice.dispatcher.errors import ConfigurationError
from pumice.dispatcher.host.processes import find, run

_GENERATOR = "ssh-keygen"


def expect(identity: str) -> None:
    """Raise ConfigurationError where this is no private key that can be read."""
    if not Path(identity).is_absolute():
        raise ConfigurationError(
            f"the device's ssh key {identity!r} is not an absolute path: "
            "set ssh_identity_file to a key on the worker"
        )
    if not os.access(identity, os.R_OK):
        raise ConfigurationError(f"the device's ssh key {identity} cannot be read")


async def public(identity: str) -> str:
    """The public part of a private key, as a line. Raises ConfigurationError."""
    beside = Path(f"{identity}.pub")
    if beside.is_file():
        return beside.read_text("utf-8").strip() + "\n"
    # No passphrase is asked for: nobody is there to type it.
    status, said = await run([find(_GENERATOR), "-y", "-P", "", "-f", identity])
    if status != 0:
        raise ConfigurationError(f"the device's ssh key {identity} cannot be used: {said}")
    return f"{said}\n"
