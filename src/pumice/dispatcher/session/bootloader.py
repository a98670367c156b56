"""A bootloader on the console: it is stopped at its prompt, and given commands."""

from __future__ import annotations

from collections.abc import Sequence

from pumice.dispatcher.console.engine import Console, Match
from pumice.dispatcher.console.patterns import Patterns
from pumice.dispatcher.errors import ConfigurationError, InfrastructureError, JobError
from pumice.dispatcher.session.shell import console_of
from pumice.dispatcher.step import Step


async def interrupt(step: Step) -> None:
    """Wait until the bootloader says how to stop it, and do so.

    Raises ConfigurationError where the device says neither what to wait for nor what to type.
    """
    given = step.parameters
    method = given["method"]
    if not given["needs_interrupt"]:
        step.report.debug(f"{method} stops by itself")
        return
    prompt = given["prompt"]
    if not prompt:
        raise ConfigurationError(f"the device has no interrupt_prompt for {method}")
    if given["character"] is None and not given["controls"]:
        raise ConfigurationError(f"the device has no interrupt_char for {method}")
    console = console_of(step)
    step.report.debug(f"waiting for {prompt!r} to stop {method}")
    await expect(console, [str(prompt)])
    if given["controls"]:
        for letter in given["controls"]:
            step.report.input(f"(Ctrl-{str(letter).upper()})")
            await console.send_quietly(control(str(letter)), given["delay"])
        return
    end = "" if given["newline"] is False else "\n"
    await console.send(f"{given['character']}{end}", given["delay"])


async def give(step: Step) -> None:
    """Type the lines, each after the prompt; then wait for what tells that they worked.

    That is the final message, or where the method ends at a prompt, that one. Raises
    InfrastructureError where the bootloader prints one of the device's error messages.
    """
    given, console = step.parameters, console_of(step)
    prompt = given["bootloader_prompt"]
    if not prompt:
        raise ConfigurationError(f"the device has no bootloader_prompt for {given['method']}")
    errors: Sequence[str] = given["error_messages"]
    for line in step.state.lines:
        await expect(console, [str(prompt)], errors, given["method"])
        await console.send(f"{line}\n", given["delay"])
    final = given["final_message"]
    last = given["end_prompts"] or ([final] if final else [])
    if last:
        step.report.debug(f"waiting for {last}")
        await expect(console, [str(text) for text in last], errors, given["method"])
    step.extra = {}


async def finished(step: Step) -> None:
    """Wait for what ends an installation. Raises JobError where the job does not say what does."""
    patterns: list[str] = step.parameters["finished"]
    if not patterns:
        raise JobError("the job must say with 'boot_finished' what ends the installation")
    await expect(console_of(step), patterns)
    step.extra = {}


async def expect(
    console: Console, wanted: Sequence[str], errors: Sequence[str] = (), method: str = ""
) -> Match:
    """Wait for one of the patterns. Raises InfrastructureError where an error's comes first."""
    patterns = Patterns([*wanted, *map(str, errors)])
    try:
        found = await console.expect(patterns)
    finally:
        patterns.close()
    if found.index >= len(wanted):
        raise InfrastructureError(f"{method} failed: {found.text.strip()!r}")
    return found


def control(letter: str) -> str:
    """The character that Ctrl and this letter give; what is no letter stays as it is."""
    return chr(ord(letter.upper()) & 0x1F) if letter.isascii() and letter.isalpha() else letter
