"""``method: u-boot``: U-Boot is stopped at its prompt and given commands."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pumice.definitions import bootloaders, parts
from pumice.definitions.blocks import Block
from pumice.definitions.keys import Bootloader
from pumice.plan.actions import Action

NAME = "u-boot"
RUNS = False
NOT_RUN: tuple[str, ...] = ()


class Keys(Bootloader):
    """The keys of the action."""

    method: Literal["u-boot"]
    reset: bool = True
    kernel: str = ""
    ramdisk: str = ""
    dtb: str = ""
    root_uuid: str = ""
    boot_part: int | None = Field(default=None, ge=0)
    kernel_type: str = ""
    type: Literal["bootz", "bootm", "booti", "bootx", "zboot"] | None = None


def plan(keys: Keys, block: Block) -> Action:
    """The action ``uboot-action``. Raises InvalidDocument."""
    lines, steps = bootloaders.chain(block, keys, NAME)
    media = ("kernel", "ramdisk", "dtb", "root_uuid", "boot_part", "kernel_type")
    return parts.retried(
        block,
        "uboot-action",
        parts.act(block, "uboot-from-media", **{key: getattr(keys, key) for key in media}),
        bootloaders.overlay(block, NAME, lines),
        parts.connect(block),
        parts.act(block, "uboot-commands", *steps),
        outermost=True,
    )
