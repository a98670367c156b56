"""``to: u-boot-ums``: an image written to the storage that U-Boot offers over USB."""

from __future__ import annotations

from typing import Literal

from pumice.definitions import parts
from pumice.definitions.blocks import Block
from pumice.definitions.keys import DeployAction, Partitioned
from pumice.plan.actions import Action

NAME = "u-boot-ums"
RUNS = False
NOT_RUN: tuple[str, ...] = ()


class Keys(DeployAction):
    """The keys of the action."""

    to: Literal["u-boot-ums"]
    image: Partitioned
    """The image that is written to the board's disk."""


def plan(keys: Keys, block: Block) -> Action:
    """The action ``uboot-ums-deploy``. Raises InvalidDocument."""
    return parts.act(
        block,
        "uboot-ums-deploy",
        parts.overlay(block),
        *parts.fetched(block, [("image", keys.image, ("image",))]),
        parts.act(block, "apply-overlay-image", partition=keys.image.root_partition),
        parts.environment(block),
        parts.retried(
            block,
            "uboot-action",
            parts.connect(block),
            parts.reset(block),
            parts.act(block, "flash-uboot-ums", label="image"),
            outermost=True,
        ),
    )
