"""``method: depthcharge``: Chromium's bootloader is given a kernel over the network."""

from __future__ import annotations

from typing import Literal

from pumice.definitions.keys import Bootloader

NAME = "depthcharge"
RUNS = False
NOT_RUN: tuple[str, ...] = ()


class Keys(Bootloader):
    """The keys of the action."""

    method: Literal["depthcharge"]
    extra_kernel_args: str = ""
