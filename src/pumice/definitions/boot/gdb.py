"""``method: gdb``: a debugger loads a program into the board."""

from __future__ import annotations

from typing import Literal

from pumice.definitions import bootloaders, parts
from pumice.definitions.blocks import Block
from pumice.definitions.keys import BootAction
from pumice.plan.actions import Action

NAME = "gdb"
RUNS = False
NOT_RUN: tuple[str, ...] = ()


class Keys(BootAction):
    """The keys of the action."""

    method: Literal["gdb"]
    commands: str
    """The name of one of the device's lists of commands."""

    container: str = ""
    """The image of the container with gdb."""


def plan(keys: Keys, block: Block) -> Action:
    """The action ``boot-gdb-image``. Raises InvalidDocument."""
    lines = bootloaders.commands(block, NAME, keys.commands)
    device = parts.parameters_of(block, NAME).get("parameters")
    flash = parts.act(block, "flash-gdb", device=device, commands=lines, container=keys.container)
    return parts.retried(
        block,
        "boot-gdb-image",
        parts.connect(block),
        parts.reset(block),
        flash,
        outermost=True,
    )
