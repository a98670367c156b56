"""A root file system that an NFS server keeps gets the overlay, and loses it when the job ends.

It is mounted by a program of its own, this module, in a mount namespace of its own: nobody else
sees the mount, and it is gone with the program, however that ends. That needs root.
"""

from __future__ import annotations

import asyncio
import os
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

from pumice.dispatcher.errors import ConfigurationError, JobFailure
from pumice.dispatcher.host.commands import perform
from pumice.dispatcher.host.processes import find
from pumice.dispatcher.journal import Commands
from pumice.dispatcher.overlay import rootfs, tar
from pumice.dispatcher.step import Step

_MODULE = "pumice.dispatcher.overlay.kept_root"
# An error ends the mount at once, and a server that goes away ends what uses it.
_OPTIONS = "soft,retry=0,nolock"


async def installed(step: Step) -> None:
    """Check that a root can be mounted. Raises ConfigurationError."""
    for program in ("mount.nfs", "unshare"):
        find(program)
    if os.geteuid() != 0:
        raise ConfigurationError(
            "only root can mount a root file system that a server keeps: run the worker as root, "
            "or let the board fetch the tests by 'transfer_overlay'"
        )
    step.report.debug("root file systems over NFS can be mounted")


async def overlay(step: Step) -> None:
    """Put the overlay into the root at ``address`` (HOST:PATH); it is removed at the job's end.

    Raises InfrastructureError where the server does not give it, or does not take the overlay.
    """
    tree, address = step.state.overlay, str(step.parameters["address"])
    if tree is None or any(image.overlaid for image in step.state.images.values()):
        return
    step.report.info(f"putting the overlay into {address}")
    archive = step.folder("kept-root") / "overlay.tar.gz"
    # What replaces files of the root could not be taken back.
    await asyncio.to_thread(tar.write, archive, tree, others=False)
    if tree.others:
        step.report.warning(f"a root that a server keeps is not given {', '.join(tree.others)}")

    # Where the root is mounted goes with the job's folder, should the dispatcher be killed.
    environment = {"TMPDIR": str(archive.parent)}
    removal = _call(address, tree.root)
    entry = Commands((shlex.join(removal),))
    step.job.journal.note(entry)

    async def remove() -> None:
        try:
            await perform(step.report, removal, environment=environment)
        except JobFailure as failure:
            step.report.warning(f"the overlay stays in {address}: {failure}")
        else:
            step.job.journal.done(entry)

    step.undo(remove)
    call = _call(address, tree.root, str(archive))
    await perform(step.report, call, environment=environment)


def _call(address: str, place: str, *archives: str) -> list[str]:
    """The command line that removes what is at the place, then unpacks the archives."""
    return [
        find("unshare"),
        "--mount",
        "--",
        sys.executable,
        "-m",
        _MODULE,
        address,
        place,
        *archives,
    ]


def main(words: list[str]) -> int:
    """Mount the root, remove what is at the place, unpack the archives; return an exit status."""
    address, place, *archives = words
    with tempfile.TemporaryDirectory(prefix="pumice-root-") as folder:
        mount = ["mount", "-t", "nfs", "-o", _OPTIONS, address, folder]
        if (status := subprocess.run(mount, check=False).returncode) != 0:
            sys.stderr.write(f"cannot mount {address}: {shlex.join(mount)}\n")
            return status
        try:
            rootfs.remove(Path(folder), place)
            for archive in archives:
                rootfs.unpack(Path(archive), Path(folder))
        finally:
            status = subprocess.run(["umount", folder], check=False).returncode
    return status


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except (OSError, JobFailure) as error:
        sys.exit(f"the overlay cannot be written: {error}")
