"""``method: jlink``: SEGGER's J-Link writes a program to the board."""

from __future__ import annotations

from typing import Literal

from pumice.definitions import parts
from pumice.definitions.blocks import Block
from pumice.definitions.keys import BootAction, Texts
from pumice.plan.actions import Action

NAME = "jlink"
RUNS = False
NOT_RUN: tuple[str, ...] = ()


class Keys(BootAction):
    """The keys of the action."""

    method: Literal["jlink"]
    commands: list[str] = []
    """More commands for J-Link."""

    coretype: str = ""
    """The core that is loaded."""

    prompts: Texts = []
    """Regular expressions that the shell's prompt matches."""


def plan(keys: Keys, block: Block) -> Action:
    """The action ``boot-jlink-image``. Raises InvalidDocument."""
    device = parts.parameters_of(block, NAME).get("parameters")
    flash = parts.act(
        block, "flash-jlink", device=device, commands=keys.commands, coretype=keys.coretype
    )
    return parts.retried(
        block,
        "boot-jlink-image",
        parts.connect(block),
        parts.reset(block),
        flash,
        outermost=True,
    )
