"""``to: vemsd``: the recovery image of a Versatile Express board."""

from __future__ import annotations

from typing import Literal

from pumice.definitions import parts
from pumice.definitions.blocks import Block
from pumice.definitions.keys import DeployAction, Download
from pumice.plan.actions import Action

NAME = "vemsd"
RUNS = False
NOT_RUN: tuple[str, ...] = ()


class Keys(DeployAction):
    """The keys of the action."""

    to: Literal["vemsd"]
    recovery_image: Download
    """The archive of firmware."""


def plan(keys: Keys, block: Block) -> Action:
    """The action ``vexpress-fw-deploy-retry``. Raises InvalidDocument."""
    deploy = parts.act(
        block,
        "vexpress-fw-deploy",
        *parts.fetched(block, [("recovery_image", keys.recovery_image, ("recovery_image",))]),
        parts.connect(block),
        parts.reset(block),
        parts.retried(block, "umount-retry"),
    )
    return parts.retried(block, "vexpress-fw-deploy-retry", deploy, outermost=True)
