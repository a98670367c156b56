"""The device's and the job's commands on the worker: power switches, relays, flashing tools.

A command is a text that is split as a shell would (no shell runs it); what it prints is logged,
each line after ``>> ``. A command has ended when its own process has: what it leaves behind with
its output still open is killed, so that nobody waits for it.
"""

from __future__ import annotations

import asyncio
import os
import shlex
from collections.abc import Iterable, Mapping, Sequence

from pumice.dispatcher.errors import ConfigurationError, InfrastructureError, JobFailure
from pumice.dispatcher.host.processes import begin, ending, kill_group, kill_holders
from pumice.dispatcher.report import Report

_SILENT_SECONDS = 0.5
"""After the command's end, all that it has printed is here once nothing comes for so long."""


async def perform_all(report: Report, commands: Iterable[str]) -> None:
    """Run the device's commands one after the other. Raises as :func:`perform` does."""
    for command in commands:
        await perform(report, split(command))


def split(command: str) -> list[str]:
    """The words of a command. Raises ConfigurationError where its quotes are not closed."""
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise ConfigurationError(f"the command {command!r} cannot be read: {error}") from error
    if not words:
        raise ConfigurationError("a command is empty")
    return words


async def perform(
    report: Report,
    arguments: Sequence[str],
    *,
    environment: Mapping[str, str] | None = None,
    failure: type[JobFailure] = InfrastructureError,
) -> list[str]:
    """Run a program to its end, with its output in the log as it comes; return its lines.

    ``environment`` is added to the dispatcher's own. The program and what it started are killed
    where the caller is interrupted. Raises InfrastructureError where it cannot be started, and
    ``failure`` where it ends with another status than 0.
    """
    report.debug(f"Calling: {shlex.join(arguments)}")
    ours, its = os.pipe()
    output = _Output(report, ours)
    try:
        try:
            process = await begin(arguments, stdout=its, environment=environment)
        finally:
            os.close(its)
        try:
            status = await output.read_until_end(process)
            await output.finish(arguments[0])
        except BaseException:
            kill_group(process.pid)
            kill_holders(output.inode)
            await process.wait()
            raise
    finally:
        output.close()
    if status != 0:
        raise failure(f"{shlex.join(arguments)} {ending(status)}")
    return output.lines


class _Output:
    """Logs what comes through a pipe, line by line; a line that is too long comes in pieces."""

    def __init__(self, report: Report, descriptor: int) -> None:
        """Takes over the pipe's end."""
        self.lines: list[str] = []
        self.inode = os.fstat(descriptor).st_ino
        self._report = report
        self._file = os.fdopen(descriptor, "rb", buffering=0)
        self._transport: asyncio.ReadTransport | None = None
        self._reading: asyncio.Task[None] | None = None

    async def read_until_end(self, process: asyncio.subprocess.Process) -> int:
        """Read while the process runs; its status. Raises OSError where the log cannot be kept."""
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader()
        self._transport, _ = await loop.connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), self._file
        )
        self._reading = reading = loop.create_task(self._read(reader))
        ended = loop.create_task(process.wait())
        try:
            await asyncio.wait([reading, ended], return_when=asyncio.FIRST_COMPLETED)
            if reading.done():
                reading.result()
            return await ended
        finally:
            ended.cancel()

    async def _read(self, reader: asyncio.StreamReader) -> None:
        while True:
            try:
                data = await reader.readuntil(b"\n")
            except asyncio.IncompleteReadError as end:
                data = end.partial
            except asyncio.LimitOverrunError as overrun:
                data = await reader.readexactly(overrun.consumed)
            if not data:
                return
            self.lines.append(data.decode("utf-8", "replace").rstrip("\r\n"))
            self._report.debug(f">> {self.lines[-1]}")

    async def finish(self, program: str) -> None:
        """Read the rest, once the program has ended; what holds the pipe open is killed."""
        if await self._read_rest():
            return
        found = await asyncio.to_thread(kill_holders, self.inode)
        self._report.warning(
            f"{program} has ended and left {found or 'other'} processes behind that hold its "
            f"output open: they are killed"
        )
        if not await self._read_rest():
            self._report.warning(f"what they print is not waited for: {program} has ended")

    async def _read_rest(self) -> bool:
        """Read on as long as something comes; tell whether all of it is read."""
        reading = self._reading
        before = -1
        while reading is not None and not reading.done() and len(self.lines) != before:
            before = len(self.lines)
            await asyncio.wait([reading], timeout=_SILENT_SECONDS)
        if reading is None or not reading.done():
            return False
        reading.result()
        return True

    def close(self) -> None:
        """Let go of the pipe."""
        if self._reading is not None:
            self._reading.cancel()
        if self._transport is not None:
            self._transport.close()
        else:
            self._file.close()
