"""Runs the virtual boards of a lab that have a machine: ``python -m pumice.boards.daemon LAB``.

Each has a serial line at its port and a power switch, at ``run/boards`` of the lab's folder
(:mod:`pumice.boards.switches`). What a killed predecessor left running is killed first.
"""

from __future__ import annotations

import asyncio
import fcntl
import logging
import signal
import sys
from pathlib import Path

from pumice.boards import kinds, records, switches
from pumice.boards.board import Machine
from pumice.boards.machine import Power, kill_marked
from pumice.boards.records import Record
from pumice.boards.serial_line import SerialLine
from pumice.formats.errors import InvalidDocument

log = logging.getLogger("pumice.boards")

_LONGEST = 1024
"""Bytes of a request."""


class Unit:
    """A board with its serial line and its power; ``problem`` where it does not work."""

    def __init__(self, name: str, lab: Path, record: Record, machine: Machine) -> None:
        self.record, self.problem = record, ""
        self._machine, self._name = machine, name
        self._line = SerialLine(self._typed)
        self.power = Power(record.board(name, lab), machine, self._line.say)

    async def open(self) -> None:
        """Open the serial line, and switch on what starts so."""
        try:
            if self._machine.serial:
                await self._line.open(self.record.ports[0])
            if self._machine.starts_on:
                await self.power.on()
        except OSError as error:
            self.problem = f"the board {self._name} does not work: {error}"
            log.error("board-broken: %s", self.problem)

    async def close(self) -> None:
        """Switch it off, and close its serial line."""
        await self.power.close()
        await self._line.close()

    async def _typed(self, data: bytes) -> None:
        await self.power.typed(data)


class Boards:
    """All of a lab."""

    def __init__(self, lab: Path) -> None:
        self._lab = lab
        self._units: dict[str, Unit] = {}
        self._turn = asyncio.Lock()

    async def reload(self) -> None:
        """Run the boards that have a file, and no others."""
        found = {name: record for name in records.names(self._lab) if (record := self._read(name))}
        for name, unit in list(self._units.items()):
            if unit.record != found.get(name):
                await self._units.pop(name).close()
        for name, record in found.items():
            if name in self._units and not self._units[name].problem:
                continue
            if name in self._units:
                await self._units.pop(name).close()
            machine = kinds.find(record.kind).machine(record.board(name, self._lab))
            if machine is not None:
                self._units[name] = Unit(name, self._lab, record, machine)
                await self._units[name].open()

    async def close(self) -> None:
        """End all boards."""
        async with self._turn:
            await asyncio.gather(*(unit.close() for unit in self._units.values()))
            self._units.clear()

    async def answer(self, request: str) -> str:
        """Do what a request of :mod:`pumice.boards.switches` asks for."""
        word, _, name = request.strip().partition(" ")
        async with self._turn:
            if word == "reload":
                await self.reload()
                return switches.OK
            unit = self._units.get(name)
            if unit is None:
                return f"there is no virtual board {name!r} with a power switch"
            if unit.problem:
                return unit.problem
            try:
                return await _switch(unit.power, word)
            except OSError as error:
                return f"the board {name} cannot be started: {error}"

    def _read(self, name: str) -> Record | None:
        try:
            record = records.read(self._lab, name)
            kinds.find(record.kind)
        except (InvalidDocument, OSError) as error:
            log.error("board-unreadable: %s: %s", name, error)
            return None
        except KeyError:
            log.error("board-unknown: %s: there is no such kind", name)
            return None
        return record


async def _switch(power: Power, word: str) -> str:
    if word == "on":
        await power.on()
    elif word == "off":
        await power.off()
    elif word == "reset":
        await power.reset()
    else:
        return f"a board cannot {word!r}"
    return switches.OK


async def serve(lab: Path) -> None:
    """Run the boards until SIGTERM or SIGINT; then none is left. Raises OSError."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    boards = Boards(lab)

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            request = await reader.readuntil(b"\n")
            answer = await boards.answer(request.decode("utf-8", "replace"))
            writer.write(f"{answer}\n".encode())
            await writer.drain()
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError):
            return  # whoever asked is gone, or does not know how to ask
        finally:
            writer.close()

    server = await asyncio.start_unix_server(take, sock=switches.listen(lab), limit=_LONGEST)
    try:
        await boards.answer("reload")
        await stop.wait()
    finally:
        server.close()
        await boards.close()


def run(lab: Path) -> int:
    """Run a lab's boards: the process's exit status.

    Another process that does so already is waited for: it has been told to end.
    """
    folder = lab / "run"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "boards.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        kill_marked(lab / "boards")
        asyncio.run(serve(lab))
    return 0


def main() -> int:
    """The command."""
    if len(sys.argv) != len(("daemon", "LAB")):
        sys.stderr.write("usage: pumice.boards.daemon LAB\n")
        return 2
    logging.basicConfig(level=logging.INFO)
    return run(Path(sys.argv[1]).absolute())


if __name__ == "__main__":
    sys.exit(main())
