"""``method: u-boot``: U-Boot is stopped at its prompt and given commands."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pumice.definitions.keys import Bootloader

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
