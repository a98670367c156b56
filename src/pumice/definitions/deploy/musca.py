"""``to: musca``: a test binary that is copied to the board's storage."""

from __future__ import annotations

from typing import Literal

from pumice.definitions import parts
from pumice.definitions.blocks import Block
from pumice.definitions.keys import DeployAction, Download
from pumice.formats.schema import Section
from pumice.plan.actions import Action

NAME = "musca"
RUNS = False
NOT_RUN: tuple[str, ...] = ()


class Images(Section):
    """The binary."""

    test_binary: Download
    """The binary."""


class Keys(DeployAction):
    """The keys of the action."""

    to: Literal["musca"]
    images: Images
    """The binary."""


def plan(keys: Keys, block: Block) -> Action:
    """The action ``musca-deploy``. Raises InvalidDocument."""
    return parts.act(
        block,
        "musca-deploy",
        *parts.images(block, [("test_binary", keys.images.test_binary)]),
        parts.connect(block),
        parts.reset(block),
        parts.act(block, "unmount-musca-usbmsd"),
    )
