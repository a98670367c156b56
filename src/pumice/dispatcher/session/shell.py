"""A shell on a board's console: its prompt, its commands, its environment."""

from __future__ import annotations

import asyncio
import shlex

from pumice.dispatcher.console.engine import Console
from pumice.dispatcher.console.patterns import Patterns
from pumice.dispatcher.errors import JobError
from pumice.dispatcher.namespaces import Namespace
from pumice.dispatcher.session import signals
from pumice.dispatcher.step import Step

INTERRUPT_SECONDS = 2.0
"""How long the prompt may take after Ctrl-C."""


def console_of(step: Step) -> Console:
    """The console that the action uses. Raises JobError where no boot action made one."""
    console = step.board.console
    if console is None:
        raise JobError(f"{step.action.name} needs a boot action in its namespace before it")
    return console


async def command(state: Namespace, console: Console, text: str, delay: int = 0) -> None:
    """Type a command at the prompt, and wait for the next prompt."""
    if state.idle:
        console.discard()
    state.idle = False
    patterns = Patterns(state.prompts)
    try:
        await console.send(f"{text}\n", delay)
        await console.expect(patterns)
    finally:
        patterns.close()
    state.idle = True


async def status(state: Namespace, console: Console, text: str, delay: int = 0) -> int:
    """Type a command at the prompt, wait for the next prompt, and return its exit status."""
    state.idle = False
    ended, prompt = Patterns([signals.SIGNAL]), Patterns(state.prompts)
    try:
        await console.send(f'{text} ; printf "<LAVA_SIGNAL_RETRUNCODE $?>\\n"\n', delay)
        while True:
            found = signals.read(console, await console.expect(ended))
            if found is not None and found.name == "RETRUNCODE" and found.text.isdigit():
                break
        await console.expect(prompt)
    finally:
        ended.close()
        prompt.close()
    state.idle = True
    return int(found.text)


async def interrupt(state: Namespace, console: Console) -> None:
    """Interrupt what runs, so that the shell listens again: press Ctrl-C, wait for the prompt.

    A shell that is interrupted forgets what was typed meanwhile, so nothing is typed before
    the prompt. Where it does not come soon, ``state.idle`` stays false.
    """
    console.discard()
    patterns = Patterns(state.prompts)
    try:
        async with asyncio.timeout(INTERRUPT_SECONDS):
            await console.send_quietly("\x03")
            await console.expect(patterns)
        state.idle = True
    except TimeoutError:
        state.idle = False
    finally:
        patterns.close()


async def expect_shell(step: Step) -> None:
    """Find the shell's prompt. Raises JobError where the job does not say what it looks like."""
    state, console = step.board, console_of(step)
    if not state.prompts:
        raise JobError("tests in a shell need 'prompts' in the boot action")
    if not state.idle:
        await command(state, console, "#")


async def export_environment(step: Step) -> None:
    """Export what env-dut.yaml says, in this shell and in those that are started later."""
    state, console = step.board, console_of(step)
    file, delay = str(step.parameters["file"]), int(step.parameters["delay"])
    for name, value in step.parameters["environment"].items():
        line = f"export {name}={shlex.quote(str(value))}"
        await command(state, console, f"{line}; echo {shlex.quote(line)} >> {file}", delay)
