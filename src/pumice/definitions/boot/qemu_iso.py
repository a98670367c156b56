"""``method: qemu-iso``: QEMU boots an installer's image."""

from __future__ import annotations

from typing import Literal

from pumice.definitions import qemus
from pumice.definitions.blocks import Block
from pumice.definitions.keys import Console
from pumice.plan.actions import Action

NAME = "qemu-iso"
RUNS = False
NOT_RUN: tuple[str, ...] = ()


class Keys(Console):
    """The keys of the action."""

    method: Literal["qemu-iso"]
    media: Literal["img"]
    """Where the files are."""


def plan(keys: Keys, block: Block) -> Action:
    """The action ``boot-installer-iso``. Raises InvalidDocument."""
    return qemus.plan(keys, block, "qemu", root="boot-installer-iso")
