"""``method: musca``: a Musca board starts the program that was copied to it."""

from __future__ import annotations

from typing import Literal

from pumice.definitions import bootloaders, parts
from pumice.definitions.blocks import Block
from pumice.definitions.keys import BootAction, Texts
from pumice.plan.actions import Action

NAME = "musca"
RUNS = False
NOT_RUN: tuple[str, ...] = ()


class Keys(BootAction):
    """The keys of the action."""

    method: Literal["musca"]
    prompts: Texts = []
    """Regular expressions that the shell's prompt matches."""


def plan(keys: Keys, block: Block) -> Action:
    """The action ``musca-boot``. Raises InvalidDocument."""
    return parts.retried(
        block,
        "musca-boot",
        parts.connect(block),
        parts.reset(block),
        *bootloaders.login(block, keys),
        outermost=True,
    )
