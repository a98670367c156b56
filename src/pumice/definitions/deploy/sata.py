"""``to: sata``: an image that the booted board writes to its SATA storage."""

from __future__ import annotations

from typing import Literal

from pumice.definitions import storage
from pumice.definitions.blocks import Block
from pumice.definitions.storage import Removable
from pumice.plan.actions import Action

NAME = "sata"
RUNS = False
NOT_RUN: tuple[str, ...] = ()


class Keys(Removable):
    """The keys of the action."""

    to: Literal["sata"]


def plan(keys: Keys, block: Block) -> Action:
    """The action ``storage-deploy``. Raises InvalidDocument."""
    return storage.plan(keys, block)
