"""A root file system over NFS: unpacked here, and served by the host's NFS server.

The server is the host's: it must export the folder of the jobs' files to the boards, with
``no_root_squash``.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from pathlib import Path

from pumice.dispatcher.deploy import files
from pumice.dispatcher.errors import ConfigurationError, JobError
from pumice.dispatcher.host.commands import perform
from pumice.dispatcher.host.processes import find
from pumice.dispatcher.overlay.links import inside
from pumice.dispatcher.step import Step

_LABEL = "nfsrootfs"


async def installed(step: Step) -> None:
    """Check that tar is there, where it is needed. Raises ConfigurationError."""
    if step.parameters["label"]:
        find("tar")


async def deploy(step: Step) -> None:
    """Download the files and make the overlay, then put all into the root file system."""
    step.state.arguments = {str(k): str(v) for k, v in step.parameters["arguments"].items()}
    await files.deploy(step)


async def extract(step: Step) -> None:
    """Unpack the root file system, and say where boards find it.

    As root with owners and device nodes; else all of it is the dispatcher's user's, and nodes
    are left out.
    """
    parameters, state = step.parameters, step.state
    if not parameters["label"]:
        return
    folder = step.folder("extract-nfsrootfs")
    await asyncio.to_thread(_empty, folder)
    own = ("--numeric-owner", "--same-owner") if os.geteuid() == 0 else _WITHOUT_ROOT
    archive = state.images[_LABEL].path
    step.report.info(f"unpacking the root file system {archive.name}")
    await perform(
        step.report,
        [
            *("tar", "--extract", "--preserve-permissions", *own),
            *("--file", str(archive), "--directory", str(folder)),
        ],
        failure=JobError,
    )
    # It is not needed any more, and may be large.
    archive.unlink()
    root = inside(folder, str(parameters["prefix"]))
    if not root.is_dir():
        raise JobError(f"the root file system has no folder {parameters['prefix']!r}")
    state.rootfs = root
    state.substitutions["NFSROOTFS"] = str(root)
    state.substitutions["NFS_SERVER_IP"] = _server(step)
    step.report.debug(f"the root file system is {root}")


async def persistent(step: Step) -> None:
    """Say where boards find a root file system that a server keeps."""
    address = str(step.parameters["address"])
    if address:
        server, _, path = address.partition(":")
        step.state.substitutions["NFS_SERVER_IP"] = server
        step.state.substitutions["NFSROOTFS"] = path


_WITHOUT_ROOT = ("--no-same-owner", "--exclude=dev/*", "--exclude=./dev/*")


def _empty(folder: Path) -> None:
    """Empty the folder: an earlier attempt may have filled it."""
    shutil.rmtree(folder)
    folder.mkdir(mode=0o755)


def _server(step: Step) -> str:
    """The address that boards reach the host's NFS server at."""
    found = step.job.lab.get("dispatcher_nfs_ip") or step.parameters["server"]
    if not isinstance(found, str):
        raise ConfigurationError(f"'dispatcher_nfs_ip' in dispatcher.yaml is no text: {found!r}")
    return found
