"""Connecting to a board: the program that the device's configuration names is its console."""

from __future__ import annotations

from collections.abc import Callable

from pumice.dispatcher.console.engine import Console
from pumice.dispatcher.console.pty import PtyTransport
from pumice.dispatcher.console.transport import Transport
from pumice.dispatcher.errors import ConfigurationError
from pumice.dispatcher.host.commands import split
from pumice.dispatcher.host.processes import find
from pumice.dispatcher.namespaces import Namespace
from pumice.dispatcher.step import Step


async def installed(step: Step) -> None:
    """Check that the program which connects is there. Raises ConfigurationError."""
    find(_command(step)[0])


async def connect(step: Step) -> None:
    """Run the command ``command`` as the namespace's console; one that is open is kept.

    Raises ConfigurationError for a command that cannot be read, InfrastructureError where it
    cannot be started.
    """
    state, command = step.state, str(step.parameters["command"])
    console = state.console
    if console is not None and _usable(console) and state.connection == command:
        step.report.debug("Already connected")
        console.discard()
        return
    await disconnect(step)
    transport = PtyTransport(_command(step))
    step.undo(transport.close)
    step.report.debug(f"Connected with: {command}")
    attach(step, state, transport, connection=command)


async def reconnect(step: Step) -> None:
    """End the namespace's console, and connect anew."""
    await disconnect(step)
    await connect(step)


async def disconnect(step: Step) -> None:
    """End the namespace's console where it has one."""
    state = step.state
    forget_shell(state)
    if state.console is not None:
        await state.console.close()
    state.console, state.connection = None, ""


def attach(step: Step, state: Namespace, transport: Transport, *, connection: str = "") -> Console:
    """Make the stream the namespace's console, whose lines go to the log.

    ``connection`` is the command that connects to a board; empty where the stream is the board
    itself, which ends with it.
    """
    forget_shell(state)
    state.console = Console(transport, logger(step, state.name), step.report.input)
    state.connection = connection
    return state.console


def forget_shell(state: Namespace) -> None:
    """No shell is known on this console: the board was reset, or is another one."""
    if state.kernel is not None:
        state.kernel.stop()
        state.kernel = None
    state.prompts, state.idle = (), False


def logger(step: Step, namespace: str) -> Callable[[list[str]], int]:
    """What logs a console's lines: as feedback while actions of another namespace run."""
    job = step.job

    def log(lines: list[str]) -> int:
        other = namespace if job.active and job.active != namespace else None
        return job.report.board(lines, other)

    return log


def _usable(console: Console) -> bool:
    return console.ended is None and console.failure is None


def _command(step: Step) -> list[str]:
    command = str(step.parameters["command"])
    if not command:
        raise ConfigurationError("the device has no command to connect to its console")
    return split(command)
