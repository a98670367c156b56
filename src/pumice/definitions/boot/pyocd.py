"""``method: pyocd``: pyOCD writes a program to the board."""

from __future__ import annotations

from typing import Literal

from pumice.definitions import parts
from pumice.definitions.blocks import Block
from pumice.definitions.keys import BootAction
from pumice.plan.actions import Action

NAME = "pyocd"
RUNS = False
NOT_RUN: tuple[str, ...] = ()


class Keys(BootAction):
    """The keys of the action."""

    method: Literal["pyocd"]


def plan(keys: Keys, block: Block) -> Action:
    """The action ``boot-pyocd-image``. Raises InvalidDocument."""
    device = parts.parameters_of(block, NAME).get("parameters")
    flash = parts.act(block, "flash-pyocd", device=device)
    return parts.retried(
        block,
        "boot-pyocd-image",
        parts.connect(block),
        parts.reset(block),
        flash,
        outermost=True,
    )
