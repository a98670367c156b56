"""Rebooting a board through its shell, where nothing can switch its power."""

from __future__ import annotations

import asyncio

from pumice.dispatcher.console.patterns import Patterns
from pumice.dispatcher.errors import InfrastructureError
from pumice.dispatcher.session.connection import forget_shell
from pumice.dispatcher.session.shell import console_of
from pumice.dispatcher.step import Step

FALLBACK = ("reboot", "reboot -n", "reboot -nf")
"""What is typed where neither the job nor the device says anything."""

_RESTARTS = "reboot: Restarting system"
"""Linux's own last word."""


async def soft(step: Step) -> None:
    """Type the commands, each until the board says that it goes down.

    Raises InfrastructureError where none of them makes it do so.
    """
    console = console_of(step)
    commands = list(step.parameters["commands"]) or list(FALLBACK)
    shutdown = str(step.parameters["shutdown_message"])
    patterns = Patterns([shutdown, _RESTARTS] if shutdown else [_RESTARTS])
    forget_shell(step.board)
    console.discard()
    try:
        for number, command in enumerate(commands):
            await console.send(f"{command}\n", step.parameters["delay"])
            try:
                async with asyncio.timeout(step.time_left() / (len(commands) - number + 1)):
                    await console.expect(patterns)
            except TimeoutError:
                step.report.debug(f"the board does not go down after {command!r}")
                continue
            step.extra = {}
            return
    finally:
        patterns.close()
    raise InfrastructureError(f"the board did not reboot after {', '.join(commands)}")
