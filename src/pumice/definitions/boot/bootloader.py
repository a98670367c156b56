"""``method: bootloader``: a bootloader is stopped at its prompt, and stays there."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pumice.definitions import bootloaders, offers, parts
from pumice.definitions.blocks import Block
from pumice.definitions.keys import BootAction, Texts
from pumice.plan.actions import Action

NAME = "bootloader"
RUNS = True
NOT_RUN: tuple[str, ...] = ()


class Keys(BootAction):
    """The keys of the action."""

    method: Literal["bootloader"]
    bootloader: str = Field(min_length=1)
    """The bootloader, by its method."""

    commands: list[str] = []
    """The commands, line by line."""

    prompts: Texts = []
    """Regular expressions that the bootloader's prompt matches."""

    reset_connection: bool = True
    """Whether the console is opened anew."""

    reset_device: bool = True
    """Whether the board is reset first."""

    reset: bool = True
    """Whether the board is reset first."""

    use_bootscript: bool = False
    """The commands are put into a script that the bootloader loads."""


def plan(keys: Keys, block: Block) -> Action:
    """The action ``boot-bootloader-retry``. Raises InvalidDocument."""
    offers.check_name(block, keys.bootloader, "bootloader")
    method = keys.bootloader
    lines = bootloaders.commands(block, method, keys.commands) if keys.commands else []
    prompts = keys.prompts or parts.texts(bootloaders.own(block, method).get("bootloader_prompt"))
    boot = parts.act(
        block,
        "boot-bootloader",
        _reset_connection(block) if keys.reset_connection else None,
        parts.reset(block) if keys.reset_device and keys.reset else None,
        bootloaders.interrupt(block, method),
        bootloaders.give(block, method, lines, end_prompts=prompts),
    )
    return parts.retried(
        block,
        "boot-bootloader-retry",
        bootloaders.overlay(block, method, lines),
        boot,
        outermost=True,
    )


def _reset_connection(block: Block) -> Action:
    """Connects anew."""
    return parts.act(
        block,
        "reset-connection",
        runner=parts.RECONNECT,
        check=parts.CONNECTS,
        command=parts.console_command(block),
    )
