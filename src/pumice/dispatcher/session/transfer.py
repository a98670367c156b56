"""``overlay-unpack``: the board fetches the overlay by itself, with the job's commands.

It comes over HTTP, over NFS, or through the console by zmodem.
"""

from __future__ import annotations

import asyncio
import secrets
import shutil
from pathlib import Path

from pumice.dispatcher.errors import ConfigurationError, JobError
from pumice.dispatcher.host.processes import find
from pumice.dispatcher.overlay import tar
from pumice.dispatcher.overlay.tree import Tree
from pumice.dispatcher.session import zmodem
from pumice.dispatcher.session.shell import command, console_of, status
from pumice.dispatcher.step import Step


async def zmodem_installed(step: Step) -> None:
    """Check that what sends by zmodem is there. Raises ConfigurationError."""
    find(zmodem.SENDER)
    step.report.debug(f"{zmodem.SENDER} is installed")


async def fetch(step: Step) -> None:
    """Serve the overlay by HTTP, and have the board fetch and unpack it.

    Raises JobError where the overlay is not on the board afterwards.
    """
    # Imported where it is needed: it takes longer than all else of a job's start.
    from pumice.dispatcher.host.serving import FileServer

    path = await _archive(step)
    size = path.stat().st_size
    server = FileServer(path)
    address = str(step.job.lab.get("dispatcher_http_ip") or step.parameters["address"])
    url = await server.start(address)
    try:
        await _type(step, f"{step.parameters['download_command']} {url}")
        await _unpack(step, path.name)
    finally:
        await server.close()
        await asyncio.to_thread(path.unlink)
    asked = "fetched it" if server.fetched else f"did not ask for it at {address}"
    await _expect_overlay(step, f"on the board, which {asked}")
    step.extra = {"size": size}


async def receive(step: Step) -> None:
    """Send the overlay through the console by zmodem, and have the board unpack it.

    Raises as :func:`pumice.dispatcher.session.zmodem.send`, and JobError where the overlay is
    not on the board afterwards.
    """
    board, path = step.board, await _archive(step)
    size, delay = path.stat().st_size, int(step.parameters["delay"])
    board.idle = False
    try:
        await zmodem.send(step.report, console_of(step), path, board.prompts, delay)
        board.idle = True
        await _unpack(step, path.name)
    finally:
        await asyncio.to_thread(path.unlink)
    await _expect_overlay(step, "on the board, which received it")
    step.extra = {"size": size}


async def mount(step: Step) -> None:
    """Have the board mount the overlay over NFS, and copy it.

    The worker's NFS server exports the folder of the jobs' files, as for ``nfsrootfs``. Raises
    JobError where the overlay is not on the board afterwards.
    """
    tree, wanted = _overlay(step), step.parameters
    folder = step.folder("transfer")
    shared = folder / "overlay"
    await asyncio.to_thread(_share, tree, shared)
    server = step.job.lab.get("dispatcher_nfs_ip") or wanted["address"]
    if not isinstance(server, str):
        raise ConfigurationError(f"'dispatcher_nfs_ip' in dispatcher.yaml is no text: {server!r}")
    place = f"/tmp/overlay-{step.job.id}-{secrets.token_hex(4)}"  # noqa: S108 - on the board
    try:
        await _type(step, f"mkdir -p {place}")
        await _type(step, f"{wanted['download_command']} {server}:{shared} {place}")
        await _type(step, f"{wanted['unpack_command']} {place}/* /")
        await _type(step, f"umount {place} ; rmdir {place}")
    finally:
        await asyncio.to_thread(shutil.rmtree, shared)
    await _expect_overlay(step, f"on the board, which was told to mount {server}:{shared}")
    step.extra = {}


def _overlay(step: Step) -> Tree:
    """The overlay. Raises JobError where there is none, or no shell to fetch it from."""
    if step.state.overlay is None:
        raise JobError("there is no overlay to transfer: the tests need a deploy action")
    if not step.board.prompts:
        raise JobError("transferring the overlay needs 'prompts' in the boot action")
    return step.state.overlay


async def _archive(step: Step) -> Path:
    """The overlay as an archive."""
    tree = _overlay(step)
    # A name of its own: a board that keeps its files may have one of an earlier attempt.
    path = step.folder("transfer") / f"overlay-{step.job.id}-{secrets.token_hex(4)}.tar.gz"
    await asyncio.to_thread(tar.write, path, tree)
    return path


def _share(tree: Tree, folder: Path) -> None:
    """Write the overlay below a folder, at its place below the board's root."""
    place = folder / tree.root.lstrip("/")
    place.parent.mkdir(parents=True)
    tree.write(place)


async def _unpack(step: Step, name: str) -> None:
    """Have the board unpack the archive, which holds secrets, and remove it."""
    await _type(step, f"{step.parameters['unpack_command']} {name}")
    await _type(step, f"rm -f {name}")


async def _expect_overlay(step: Step, which: str) -> None:
    """Raise JobError where the overlay is not on the board; ``which`` says what was tried."""
    root, delay = _overlay(step).root, int(step.parameters["delay"])
    test = f"test -f {root}/bin/lava-test-runner"
    if await status(step.board, console_of(step), test, delay) != 0:
        raise JobError(f"the overlay is not at {root} {which}")
    # What is mounted there now would hide it.
    step.state.drive = None


async def _type(step: Step, text: str) -> None:
    await command(step.board, console_of(step), text, int(step.parameters["delay"]))
