"""``to: nbd``: a root device over the network; needs the protocol lava-xnbd."""

from __future__ import annotations

from typing import Literal

from pumice.definitions.keys import DeployAction, Download, Kernel

NAME = "nbd"
RUNS = False
NOT_RUN: tuple[str, ...] = ()


class Keys(DeployAction):
    """The keys of the action."""

    to: Literal["nbd"]
    kernel: Kernel
    nbdroot: Download
    initrd: Download
    dtb: Download | None = None
