"""``method: u-boot``: U-Boot is stopped at its prompt and given commands."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pumice.definitions import bootloaders, parts
from pumice.definitions.blocks import Block
from pumice.definitions.keys import Bootloader
from pumice.plan.actions import Action

NAME = "u-boot"
RUNS = True
NOT_RUN: tuple[str, ...] = ()


class Keys(Bootloader):
    """The keys of the action."""

    method: Literal["u-boot"]
    reset: bool = True
    """Whether the board is reset first."""

    kernel: str = ""
    """The kernel."""

    ramdisk: str = ""
    """The ramdisk."""

    dtb: str = ""
    """The device tree."""

    root_uuid: str = ""
    """The root file system of the secondary media."""

    boot_part: int | None = Field(default=None, ge=0)
    """The disk's partition that holds the boot files."""

    kernel_type: str = ""
    """What the kernel of the secondary media is."""

    type: Literal["bootz", "bootm", "booti", "bootx", "zboot"] | None = None
    """How U-Boot starts the kernel; the key type of the kernel is better."""


def plan(keys: Keys, block: Block) -> Action:
    """The action ``uboot-action``. Raises InvalidDocument."""
    lines, steps = bootloaders.chain(block, keys, NAME)
    media = ("kernel", "ramdisk", "dtb", "root_uuid", "boot_part", "kernel_type")
    return parts.retried(
        block,
        "uboot-action",
        parts.act(
            block,
            "uboot-from-media",
            runner=bootloaders.FROM_MEDIA,
            **{key: getattr(keys, key) for key in media},
        ),
        bootloaders.overlay(block, NAME, lines),
        parts.connect(block),
        parts.act(block, "uboot-commands", *steps),
        outermost=True,
    )
