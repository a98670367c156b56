"""``method: dfu``: a program is written over USB (DFU)."""

from __future__ import annotations

from typing import Literal

from pumice.definitions import parts
from pumice.definitions.blocks import Block
from pumice.definitions.keys import BootAction
from pumice.plan.actions import Action

NAME = "dfu"
RUNS = False
NOT_RUN: tuple[str, ...] = ()


class Keys(BootAction):
    """The keys of the action."""

    method: Literal["dfu"]


def plan(keys: Keys, block: Block) -> Action:
    """The action ``boot-dfu-image``. Raises InvalidDocument."""
    device = parts.parameters_of(block, NAME).get("parameters")
    flash = parts.act(block, "flash-dfu", device=device)
    return parts.retried(
        block,
        "boot-dfu-image",
        parts.connect(block),
        parts.reset(block),
        flash,
        outermost=True,
    )
