"""``method: openocd``: OpenOCD writes a program to the board."""

from __future__ import annotations

from typing import Literal

from pumice.definitions import parts
from pumice.definitions.blocks import Block
from pumice.definitions.keys import BootAction
from pumice.plan.actions import Action

NAME = "openocd"
RUNS = False
NOT_RUN: tuple[str, ...] = ()


class Keys(BootAction):
    """The keys of the action."""

    method: Literal["openocd"]


def plan(keys: Keys, block: Block) -> Action:
    """The action ``boot-openocd-image``. Raises InvalidDocument."""
    device = parts.parameters_of(block, NAME).get("parameters")
    flash = parts.act(block, "flash-openocd", device=device)
    return parts.retried(
        block,
        "boot-openocd-image",
        parts.connect(block),
        parts.reset(block),
        flash,
        outermost=True,
    )
