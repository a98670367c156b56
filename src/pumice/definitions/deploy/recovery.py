"""``to: recovery``: files for a board in recovery mode."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pumice.definitions import parts
from pumice.definitions.blocks import Block
from pumice.definitions.keys import DeployAction, Download
from pumice.plan.actions import Action

NAME = "recovery"
RUNS = False
NOT_RUN: tuple[str, ...] = ()


class Keys(DeployAction):
    """The keys of the action."""

    to: Literal["recovery"]
    images: dict[str, Download] = Field(min_length=1)
    """The files, by name."""


def plan(keys: Keys, block: Block) -> Action:
    """The action ``deploy-recovery-mode``. Raises InvalidDocument."""
    return parts.act(block, "deploy-recovery-mode", *parts.images(block, keys.images.items()))
