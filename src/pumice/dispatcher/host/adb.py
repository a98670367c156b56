"""Android's ``adb`` on the worker: its server, and waiting until it reaches a board.

Where no server runs on the worker, one is started that ends with the action which needed it, or
with the job. A lab with several such boards runs one of its own, which all jobs then share.
"""

from __future__ import annotations

import asyncio
import os

from pumice.dispatcher.errors import InfrastructureError
from pumice.dispatcher.host.commands import perform
from pumice.dispatcher.host.processes import Process, ending, find
from pumice.dispatcher.step import Step

PROGRAM = "adb"
_PORT = 5037
_SOON = 0.2
_CONNECT_AGAIN = 1.0


async def call(step: Step, serial: str, *arguments: str) -> list[str]:
    """Have adb do something with the board of this serial number; return its output's lines.

    Raises InfrastructureError where it fails, ConfigurationError where adb is not installed.
    """
    await _have_server(step)
    return await perform(step.report, [find(PROGRAM), "-s", serial, *arguments])


async def reach(step: Step, serial: str) -> None:
    """Return when adb reaches the board; one named ``HOST:PORT`` is connected to.

    Over the network nothing tells when a board begins to listen, so it is tried again and again.
    """
    await _have_server(step)
    while ":" in serial:
        if _connected(await perform(step.report, [find(PROGRAM), "connect", serial])):
            break
        await asyncio.sleep(_CONNECT_AGAIN)
    await call(step, serial, "wait-for-device")


def _connected(said: list[str]) -> bool:
    """Adb's status is 0 also where it did not connect: only its words tell."""
    return any(line.startswith(("connected to", "already connected")) for line in said)


async def _have_server(step: Step) -> None:
    """Start the server where none runs: adb itself would start one that outlives the job."""
    port = int(os.environ.get("ANDROID_ADB_SERVER_PORT") or _PORT)
    if await _listens(port):
        return
    step.report.debug(f"starting adb's server, since none listens on port {port}")
    server = Process([find(PROGRAM), "nodaemon", "server"], lambda _: None)
    step.undo(server.end)
    while not await _listens(port):
        if server.status is not None:
            raise InfrastructureError(f"adb's server {ending(server.status)} as it started")
        await asyncio.sleep(_SOON)


async def _listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True
