"""``to: usbg-ms``: an image that the worker offers to the board as a USB storage device."""

from __future__ import annotations

from typing import Literal

from pumice.definitions import parts
from pumice.definitions.blocks import Block
from pumice.definitions.keys import DeployAction, Download
from pumice.plan.actions import Action

NAME = "usbg-ms"
RUNS = False
NOT_RUN: tuple[str, ...] = ()


class Keys(DeployAction):
    """The keys of the action."""

    to: Literal["usbg-ms"]
    image: Download
    """The image that the board's USB port serves as a disk."""


def plan(keys: Keys, block: Block) -> Action:
    """The action ``usbg-ms``. Raises InvalidDocument."""
    return parts.act(
        block,
        "usbg-ms",
        parts.overlay(block),
        *parts.fetched(block, [("image", keys.image, ("image",))]),
        parts.environment(block),
    )
