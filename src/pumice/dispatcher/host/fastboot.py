"""Boards in fastboot: Android's client, and waiting until a board is there.

Source of the handshake over TCP: Android's documentation of the fastboot protocol.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from pumice.dispatcher.errors import InfrastructureError
from pumice.dispatcher.host.commands import perform
from pumice.dispatcher.host.processes import find
from pumice.dispatcher.host.processes import run as run_quietly
from pumice.dispatcher.step import Step

PROGRAM = "fastboot"
_PORT = 5554
_HELLO = b"FB01"
_SOON = 0.2
_TO_END = 0.2
"""Seconds before the action's own end at which a board is given up, so that it gets its name."""


async def installed(step: Step) -> None:
    """Check that the client is there. Raises ConfigurationError."""
    find(PROGRAM)


@dataclass(frozen=True, slots=True)
class Board:
    """A board by its serial number, or ``tcp:HOST:PORT``; ``options`` are for every call."""

    serial: str
    options: Sequence[str]

    async def call(self, step: Step, *arguments: str) -> list[str]:
        """Have fastboot do something with the board; return its output's lines.

        The client waits for ever for a board that goes away meanwhile. Raises InfrastructureError
        where it fails, or time is over.
        """
        command = [find(PROGRAM), "-s", self.serial, *self.options, *arguments]
        seconds = _time(step)
        try:
            async with asyncio.timeout(seconds):
                return await perform(step.report, command)
        except TimeoutError as error:
            what = " ".join(arguments[:2])
            raise InfrastructureError(
                f"fastboot did not end {what!r} within {seconds:.0f} seconds"
            ) from error

    async def there(self) -> bool:
        """Whether the board answers in fastboot now; over UDP only the client itself can tell."""
        if self.serial.startswith("udp:"):
            return True
        if not self.serial.startswith("tcp:"):
            _, said = await run_quietly([find(PROGRAM), "devices"])
            return any(line.split()[:1] == [self.serial] for line in said.splitlines())
        host, colon, port = self.serial.removeprefix("tcp:").rpartition(":")
        if not colon:
            host, port = port, str(_PORT)
        return port.isdigit() and await _answers(host.strip("[]"), int(port))

    async def wait(self, step: Step) -> None:
        """Return when the board is in fastboot.

        Nothing wakes who waits for a board: it is asked again and again, since the client's own
        waiting takes all of a processor. Raises InfrastructureError where time is over.
        """
        seconds = _time(step)
        try:
            async with asyncio.timeout(seconds):
                while not await self.there():  # noqa: ASYNC110 - there is no event
                    await asyncio.sleep(_SOON)
        except TimeoutError as error:
            raise InfrastructureError(
                f"fastboot found no board {self.serial} within {seconds:.0f} seconds"
            ) from error


def _time(step: Step) -> float:
    return max(0.0, step.time_left() - _TO_END)


def board(step: Step) -> Board:
    """The board that the action is for."""
    given = step.parameters["board"]
    return Board(given["serial"], tuple(given["options"]))


async def _answers(host: str, port: int) -> bool:
    try:
        reader, writer = await asyncio.open_connection(host, port)
    except OSError:
        return False
    try:
        writer.write(_HELLO)
        return (await reader.readexactly(len(_HELLO))).startswith(_HELLO[:2])
    except (OSError, asyncio.IncompleteReadError):
        return False
    finally:
        writer.close()
