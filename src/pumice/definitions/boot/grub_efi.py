"""``method: grub-efi``: GRUB, started from the menu of UEFI, is given commands."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pumice.definitions import grubs
from pumice.definitions.blocks import Block
from pumice.definitions.keys import Bootloader, Texts
from pumice.plan.actions import Action

NAME = "grub-efi"
RUNS = False
NOT_RUN: tuple[str, ...] = ()


class Keys(Bootloader):
    """The keys of the action."""

    method: Literal["grub-efi"]
    boot_finished: Texts = []
    reset: bool = True
    expect_shell: bool = True
    kernel: str = ""
    ramdisk: str = ""
    dtb: str = ""
    root_uuid: str = ""
    boot_part: int | None = Field(default=None, ge=0)


def plan(keys: Keys, block: Block) -> Action:
    """The action ``grub-main-action`` or ``grub-sequence-action``. Raises InvalidDocument."""
    return grubs.plan(keys, block, NAME)
