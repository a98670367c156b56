"""``method: cmsis-dap``: a program is copied to the board's debug probe."""

from __future__ import annotations

from typing import Literal

from pumice.definitions import parts
from pumice.definitions.blocks import Block
from pumice.definitions.keys import BootAction
from pumice.plan.actions import Action

NAME = "cmsis-dap"
RUNS = False
NOT_RUN: tuple[str, ...] = ()


class Keys(BootAction):
    """The keys of the action."""

    method: Literal["cmsis-dap"]


def plan(keys: Keys, block: Block) -> Action:
    """The action ``boot-cmsis-dap-image``. Raises InvalidDocument."""
    device = parts.parameters_of(block, NAME).get("parameters")
    flash = parts.act(block, "flash-cmsis-dap", device=device)
    return parts.retried(
        block,
        "boot-cmsis-dap-image",
        parts.connect(block),
        parts.reset(block),
        flash,
        outermost=True,
    )
