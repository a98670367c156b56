"""``method: monitor``: QEMU is the board, and prints what a monitor reads."""

from __future__ import annotations

from typing import Literal

from pumice.definitions import qemus
from pumice.definitions.blocks import Block
from pumice.definitions.keys import BootAction
from pumice.plan.actions import Action

NAME = "monitor"
RUNS = True
NOT_RUN: tuple[str, ...] = ()


class Keys(BootAction):
    """The keys of the action."""

    method: Literal["monitor"]


def plan(keys: Keys, block: Block) -> Action:
    """The action ``boot-image-retry``. Raises InvalidDocument."""
    return qemus.plan(keys, block, "qemu")
