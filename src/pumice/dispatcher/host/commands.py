"""The device's and the job's commands on the worker: power switches, relays, flashing tools.

A command is a text that is split as a shell would (no shell runs it); what it prints is logged,
each line after ``>> ``.
"""

from __future__ import annotations

import asyncio
import shlex
from collections.abc import Iterable, Mapping, Sequence

from pumice.dispatcher.errors import ConfigurationError, InfrastructureError, JobFailure
from pumice.dispatcher.host.processes import begin, ending, kill_group
from pumice.dispatcher.report import Report


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
    process = await begin(arguments, environment=environment)
    try:
        lines = await _lines(report, process)
        status = await process.wait()
    except asyncio.CancelledError:
        kill_group(process.pid)
        await process.wait()
        raise
    if status != 0:
        raise failure(f"{shlex.join(arguments)} {ending(status)}")
    return lines


async def _lines(report: Report, process: asyncio.subprocess.Process) -> list[str]:
    """Log each line as it comes; a line that is too long comes in pieces."""
    if process.stdout is None:
        return []
    lines: list[str] = []
    while True:
        try:
            data = await process.stdout.readuntil(b"\n")
        except asyncio.IncompleteReadError as end:
            data = end.partial
        except asyncio.LimitOverrunError as overrun:
            data = await process.stdout.readexactly(overrun.consumed)
        if not data:
            return lines
        lines.append(data.decode("utf-8", "replace").rstrip("\r\n"))
        report.debug(f">> {lines[-1]}")
