"""``authorize: ssh``: whoever has the lab's key can log in to the board as root."""

from __future__ import annotations

from pathlib import Path

from pumice.dispatcher.errors import JobError
from pumice.dispatcher.host import ssh_keys
from pumice.dispatcher.step import Step

_HOME = "/root"


async def installed(step: Step) -> None:
    """Check that the device's key can be read. Raises ConfigurationError."""
    ssh_keys.expect(str(step.parameters["identity_file"]))
    step.report.debug("the device's ssh key is there")


async def put(step: Step) -> None:
    """Put the key and its public part into the overlay, and let root's account take it.

    Raises ConfigurationError where the key cannot be used.
    """
    tree, identity = step.state.overlay, Path(str(step.parameters["identity_file"]))
    if tree is None:
        raise JobError("there is no overlay to put the key into")
    line = await ssh_keys.public(str(identity))
    tree.file(identity.name, identity.read_bytes(), 0o600)
    tree.file(f"{identity.name}.pub", line)
    for folder in (_HOME, f"{_HOME}/.ssh"):
        tree.beside(folder, None, 0o700)
    tree.beside(f"{_HOME}/.ssh/authorized_keys", line, 0o600)
    step.extra = {"key": line.split()[0]}
