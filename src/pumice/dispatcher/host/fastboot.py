"""Boards in fastboot: Android's client, and waiting until a board is there.

Source of the handshake over TCP: Android's documentation of the fastboot protocol.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from pumice.dispatcher.errors import InfrastructureError
from pumice.dispatcher.host.tools import Tool
from pumice.dispatcher.step import Step

PROGRAM = "fastboot"
_PORT = 5554
_HELLO = b"FB01"
_SOON = 0.2
_SOON_IN_CONTAINER = 1.0
_TO_END = 0.2
"""Seconds before the action's own end at which a board is given up, so that it gets its name."""


async def installed(step: Step) -> None:
    """Check that the client, or what runs its container, is there. Raises ConfigurationError."""
    board(step).tool.expect()


@dataclass(frozen=True, slots=True)
class Board:
    """A board by its serial number, or ``tcp:HOST:PORT``; ``options`` are for every call.

    With ``detects`` it is the only board that is in fastboot, whatever its number.
    """

    serial: str
    options: Sequence[str]
    tool: Tool
    detects: bool

    async def call(self, step: Step, *arguments: str) -> list[str]:
        """Have fastboot do something with the board; return its output's lines.

        The client waits for ever for a board that goes away meanwhile. Raises InfrastructureError
        where it fails, or time is over.
        """
        serial = step.state.fastboot if self.detects else self.serial
        seconds = _time(step)
        try:
            async with asyncio.timeout(seconds):
                return await self.tool.call(step, "-s", serial, *self.options, *arguments)
        except TimeoutError as error:
            what = " ".join(arguments[:2])
            raise InfrastructureError(
                f"fastboot did not end {what!r} within {seconds:.0f} seconds"
            ) from error

    async def there(self, step: Step) -> bool:
        """Whether the board answers in fastboot now; over UDP only the client itself can tell.

        Raises InfrastructureError where it is to be detected among several.
        """
        if self.detects:
            return self._detected(step, await self._listed(step))
        if self.serial.startswith("udp:"):
            return True
        if not self.serial.startswith("tcp:"):
            return self.serial in await self._listed(step)
        host, colon, port = self.serial.removeprefix("tcp:").rpartition(":")
        if not colon:
            host, port = port, str(_PORT)
        return port.isdigit() and await _answers(host.strip("[]"), int(port))

    async def _listed(self, step: Step) -> list[str]:
        """The serial numbers of the boards that are in fastboot on USB."""
        rows = [line.split() for line in await self.tool.ask(step, "devices")]
        return [row[0] for row in rows if row[1:2] == [PROGRAM]]

    def _detected(self, step: Step, listed: Sequence[str]) -> bool:
        if len(listed) > 1:
            raise InfrastructureError(
                f"fastboot lists {', '.join(listed)}: which of them the board is cannot be "
                "detected, so set its fastboot_serial_number"
            )
        if listed and step.state.fastboot != listed[0]:
            step.report.info(f"The board in fastboot is {listed[0]}")
            step.state.fastboot = listed[0]
        return bool(listed)

    async def wait(self, step: Step) -> None:
        """Return when the board is in fastboot.

        Nothing wakes who waits for a board: it is asked again and again, since the client's own
        waiting takes all of a processor. Raises InfrastructureError where time is over.
        """
        seconds = _time(step)
        pause = _SOON if self.tool.docker is None else _SOON_IN_CONTAINER
        try:
            async with asyncio.timeout(seconds):
                while not await self.there(step):  # noqa: ASYNC110 - there is no event
                    await asyncio.sleep(pause)
        except TimeoutError as error:
            wanted = "board" if self.detects else f"board {self.serial}"
            raise InfrastructureError(
                f"fastboot found no {wanted} within {seconds:.0f} seconds"
            ) from error


def _time(step: Step) -> float:
    return max(0.0, step.time_left() - _TO_END)


def board(step: Step) -> Board:
    """The board that the action is for."""
    given = step.parameters["board"]
    tool = Tool(PROGRAM, given["docker"])
    return Board(given["serial"], tuple(given["options"]), tool, given["detects"])


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
