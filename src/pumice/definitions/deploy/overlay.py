"""``to: overlay``: only the tests, for a board that needs nothing else."""

from __future__ import annotations

from typing import Literal

from pumice.definitions import parts
from pumice.definitions.blocks import Block
from pumice.definitions.keys import DeployAction
from pumice.plan.actions import Action

NAME = "overlay"
RUNS = True
NOT_RUN: tuple[str, ...] = ()


class Keys(DeployAction):
    """The keys of the action."""

    to: Literal["overlay"]


def plan(keys: Keys, block: Block) -> Action:
    """The action ``deploy-overlay``. Raises InvalidDocument."""
    return parts.act(block, "deploy-overlay", parts.overlay(block), parts.environment(block))
