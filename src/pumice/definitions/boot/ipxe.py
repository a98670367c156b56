"""``method: ipxe``: iPXE is stopped at its prompt and given commands."""

from __future__ import annotations

from typing import Literal

from pumice.definitions import bootloaders, parts
from pumice.definitions.blocks import Block
from pumice.definitions.keys import Bootloader
from pumice.plan.actions import Action

NAME = "ipxe"
RUNS = True
NOT_RUN: tuple[str, ...] = ()


class Keys(Bootloader):
    """The keys of the action."""

    method: Literal["ipxe"]


def plan(keys: Keys, block: Block) -> Action:
    """The action ``bootloader-action``. Raises InvalidDocument."""
    lines, steps = bootloaders.chain(block, keys, NAME)
    return parts.act(
        block,
        "bootloader-action",
        bootloaders.overlay(block, NAME, lines),
        parts.connect(block),
        parts.retried(block, "bootloader-retry", *steps, outermost=True),
    )
