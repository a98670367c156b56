"""A board's power: the device's commands for it, and the end of every job.

At the end the board is off, where anything can switch it off, and its last words are in the log.
"""

from __future__ import annotations

import asyncio

from pumice.dispatcher.console.engine import Console
from pumice.dispatcher.errors import JobFailure, KernelPanic
from pumice.dispatcher.host.commands import perform_all
from pumice.dispatcher.journal import Commands
from pumice.dispatcher.namespaces import Namespace
from pumice.dispatcher.session.connection import forget_shell
from pumice.dispatcher.session.shell import interrupt
from pumice.dispatcher.step import Job, Step
from pumice.plan.actions import Plan

COMMAND = "poweroff"
OFF = "pumice.dispatcher.power:off"
"""The name of :func:`off` in plans."""

_TO_END = 2.0


async def run(step: Step) -> None:
    """Run the device's ``commands`` on the worker. Raises InfrastructureError where one fails."""
    await perform_all(step.report, step.parameters["commands"])
    step.extra = {}


async def user(step: Step) -> None:
    """The same for a command that a job asks for; its ``undo`` runs when the job ends."""
    undo = Commands(tuple(step.parameters["undo"]))
    if undo.commands:
        step.job.journal.note(undo)

        async def put_back() -> None:
            await perform_all(step.report, undo.commands)
            step.job.journal.done(undo)

        step.undo(put_back)
    await run(step)


def note_off(job: Job, plan: Plan) -> None:
    """Have the journal know how the board is switched off, before anything switches it on."""
    for action in plan.walk():
        if action.runner == OFF and action.parameters["commands"]:
            job.journal.note(Commands(tuple(action.parameters["commands"])))


async def reset(step: Step) -> None:
    """Reset the board by the device's ``commands``: no shell listens from now on."""
    state = step.board
    forget_shell(state)
    if state.console is not None and state.console.matched:
        # What the board said before must not be taken for what it says now.
        state.console.discard()
    await run(step)


async def off(step: Step) -> None:
    """Type ``poweroff`` to an emulator's shell, run the device's ``commands``, end all consoles.

    Raises InfrastructureError where a command fails; the consoles are ended in any case.
    """
    boards = [state for state in step.job.namespaces.values() if state.console is not None]
    commands = list(step.parameters["commands"])
    try:
        await perform_all(step.report, commands)
        step.job.journal.done(Commands(tuple(commands)))
    finally:
        await asyncio.gather(*(_off(step, state) for state in boards))
    if boards or commands:
        step.extra = {}


async def _off(step: Step, state: Namespace) -> None:
    console = state.console
    if console is None:
        return
    if state.kernel is not None:
        state.kernel.stop()
    listens = console.ended is None and state.prompts and not state.connection
    if listens and not isinstance(console.failure, KernelPanic):
        await _ask(step, state, console)
    if console.ended is None and not state.connection:
        step.report.debug("switching the board off")
    await console.close()


async def _ask(step: Step, state: Namespace, console: Console) -> None:
    """Have the board switch itself off, and wait for it for most of the time that there is."""
    try:
        async with asyncio.timeout(max(0.0, step.time_left() - _TO_END)):
            if not state.idle:
                await interrupt(state, console)
            state.idle = False
            await console.send(f"{COMMAND}\n")
            await console.until_ended()
    except TimeoutError:
        step.report.warning(f"the board did not switch itself off after {COMMAND!r}")
    except JobFailure as failure:
        # The console fails, now or before: the board is switched off in any case.
        step.report.debug(f"the console: {failure}")


async def read_rest(step: Step) -> None:
    """Log what the consoles still have to say."""
    for state in step.job.namespaces.values():
        if state.console is not None:
            await state.console.close()
