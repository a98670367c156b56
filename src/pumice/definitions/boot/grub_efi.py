"""``method: grub-efi``: GRUB, started from the menu of UEFI, is given commands."""

from __future__ import annotations

from typing import Literal

from pumice.definitions import grubs
from pumice.definitions.blocks import Block
from pumice.plan.actions import Action

NAME = "grub-efi"
RUNS = True
NOT_RUN: tuple[str, ...] = ()


class Keys(grubs.GrubKeys):
    """The keys of the action."""

    method: Literal["grub-efi"]


def plan(keys: Keys, block: Block) -> Action:
    """The action ``grub-main-action`` or ``grub-sequence-action``. Raises InvalidDocument."""
    return grubs.plan(keys, block, NAME)
