"""``method: barebox``: barebox is stopped at its prompt and given commands."""

from __future__ import annotations

from typing import Literal

from pumice.definitions import bootloaders, parts
from pumice.definitions.blocks import Block
from pumice.definitions.keys import Bootloader
from pumice.plan.actions import Action

NAME = "barebox"
RUNS = False
NOT_RUN: tuple[str, ...] = ()


class Keys(Bootloader):
    """The keys of the action."""

    method: Literal["barebox"]


def plan(keys: Keys, block: Block) -> Action:
    """The action ``barebox-action``. Raises InvalidDocument."""
    lines, steps = bootloaders.chain(block, keys, NAME)
    return parts.act(
        block,
        "barebox-action",
        bootloaders.overlay(block, NAME, lines),
        parts.connect(block),
        parts.retried(block, "barebox-retry", *steps, outermost=True),
    )
