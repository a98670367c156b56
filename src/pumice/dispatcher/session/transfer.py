"""``overlay-unpack``: the board fetches the overlay by itself, with the job's commands."""

from __future__ import annotations

import asyncio
import secrets

from pumice.dispatcher.errors import JobError
from pumice.dispatcher.overlay import tar
from pumice.dispatcher.session.shell import command, console_of, status
from pumice.dispatcher.step import Step


async def fetch(step: Step) -> None:
    """Serve the overlay, and have the board fetch and unpack it.

    Raises JobError where the overlay is not on the board afterwards.
    """
    # Imported where it is needed: it takes longer than all else of a job's start.
    from pumice.dispatcher.host.serving import FileServer

    board, console, wanted = step.board, console_of(step), step.parameters
    tree, delay = step.state.overlay, int(wanted["delay"])
    if tree is None:
        raise JobError("there is no overlay to transfer: the tests need a deploy action")
    if not board.prompts:
        raise JobError("transferring the overlay needs 'prompts' in the boot action")
    # A name of its own: a board that keeps its files may have one of an earlier attempt.
    name = f"overlay-{step.job.id}-{secrets.token_hex(4)}.tar.gz"
    path = step.folder("transfer") / name
    await asyncio.to_thread(tar.write, path, tree)
    size = path.stat().st_size
    server = FileServer(path)
    address = str(step.job.lab.get("dispatcher_http_ip") or wanted["address"])
    url = await server.start(address)
    try:
        await command(board, console, f"{wanted['download_command']} {url}", delay)
        await command(board, console, f"{wanted['unpack_command']} {name}", delay)
        await command(board, console, f"rm -f {name}", delay)
    finally:
        await server.close()
        await asyncio.to_thread(path.unlink)
    if await status(board, console, f"test -f {tree.root}/bin/lava-test-runner", delay) != 0:
        asked = "fetched it" if server.fetched else f"did not ask for it at {address}"
        raise JobError(f"the overlay is not at {tree.root} on the board, which {asked}")
    # What is mounted there now would hide it.
    step.state.drive = None
    step.extra = {"size": size}
