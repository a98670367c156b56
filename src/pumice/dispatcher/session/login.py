"""Logging in: from the kernel's first message to the shell's prompt."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from typing import Any

from pumice.definitions.blocks import as_list, as_map
from pumice.dispatcher.console.engine import Console, Match
from pumice.dispatcher.console.patterns import Patterns
from pumice.dispatcher.errors import InfrastructureError, JobError
from pumice.dispatcher.session.kernel import KernelWatch
from pumice.dispatcher.session.shell import console_of
from pumice.dispatcher.step import Step

_REFUSED = ("Login incorrect", "Login timed out")
_NUDGES = 6
_NUDGE = "#\n"


async def login(step: Step) -> None:
    """Wait for the kernel, log in where the job says how, run its commands, end at the prompt.

    Raises JobError where the board refuses the login or prints the job's failure message,
    KernelPanic where the kernel stops, InfrastructureError where the bootloader cannot start it.
    """
    state, parameters = step.board, step.parameters
    console = console_of(step)
    watch = KernelWatch(console)
    state.kernel = None if parameters["ignore_kernel_messages"] else watch
    try:
        await _wait_for_kernel(step, console)
        if state.kernel is not None:
            watch.start()
        await _log_in(step, console)
        for command in as_list(as_map(parameters["login"]).get("login_commands")):
            await console.send(f"{command}\n", parameters["delay"])
            await console.expect(Patterns(parameters["prompts"]))
    finally:
        if state.kernel is not None:
            watch.report(step.report, step.action.namespace, step.action.level, always=True)
    # From now on the board may show old logs, for as long as it likes.
    watch.patience = None
    state.prompts = tuple(parameters["prompts"])
    state.idle = True
    step.extra = {}


async def _wait_for_kernel(step: Step, console: Console) -> None:
    start = str(step.parameters["kernel_start_message"])
    if not start:
        step.report.debug("no kernel start message is expected")
        return
    step.report.debug(f"Parsing kernel messages; waiting for {start!r}")
    errors = step.parameters["boot_errors"]
    found = await _expect(step, console, [start, *errors])
    if found.index > 0:
        raise InfrastructureError(f"the bootloader failed: {found.text.strip()!r}")


async def _log_in(step: Step, console: Console) -> None:
    prompts: Sequence[str] = step.parameters["prompts"]
    answers: Mapping[str, Any] | None = step.parameters["login"]
    delay: int = step.parameters["delay"]
    if answers is None:
        step.report.debug(f"waiting for a prompt: {list(prompts)}")
        await _nudged(step, console, prompts)
        return
    step.report.debug(f"waiting for the login prompt {answers['login_prompt']!r}")
    found = await _nudged(step, console, [answers["login_prompt"], *prompts])
    if found.index > 0:
        step.report.debug("the shell's prompt is there already")
        return
    await console.send(f"{answers['username']}\n", delay)
    if answers["password_prompt"]:
        found = await _expect(step, console, [answers["password_prompt"], *_refused(), *prompts])
        if found.index > 0:
            return
        step.report.input("(the password)")
        await console.send_quietly(f"{answers['password']}\n", delay)
    await _nudged(step, console, [*_refused(), *prompts])


async def _nudged(step: Step, console: Console, patterns: Sequence[str]) -> Match:
    """Wait; where nothing comes in half of the time that is left, press a key some times."""
    half = step.time_left() / 2
    try:
        async with asyncio.timeout(half):
            return await _expect(step, console, patterns)
    except TimeoutError:
        step.report.debug("no prompt yet: nudging the board")
    for _ in range(_NUDGES):
        await console.send(_NUDGE, step.parameters["delay"])
        try:
            async with asyncio.timeout(half / (_NUDGES + 1)):
                return await _expect(step, console, patterns)
        except TimeoutError:
            continue
    return await _expect(step, console, patterns)


async def _expect(step: Step, console: Console, patterns: Sequence[str]) -> Match:
    """Wait for one of these; the texts that refuse a login among them raise JobError."""
    failure = str(step.parameters["failure_message"])
    together = Patterns([*patterns, failure] if failure else list(patterns))
    try:
        found = await console.expect(together)
    finally:
        together.close()
    if found.index == len(patterns):
        raise JobError(f"the board said {found.text!r}, which the job calls a failure")
    refused = _refused()
    if patterns[found.index] in refused:
        raise JobError(f"the login failed: {found.text}")
    return found


def _refused() -> list[str]:
    return [re.escape(text) for text in _REFUSED]
