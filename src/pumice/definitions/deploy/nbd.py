"""``to: nbd``: a root device over the network; needs the protocol lava-xnbd."""

from __future__ import annotations

from typing import Literal

from pumice.definitions import parts
from pumice.definitions.blocks import Block
from pumice.definitions.keys import DeployAction, Download, Kernel
from pumice.plan.actions import Action

NAME = "nbd"
RUNS = False
NOT_RUN: tuple[str, ...] = ()


class Keys(DeployAction):
    """The keys of the action."""

    to: Literal["nbd"]
    kernel: Kernel
    """The kernel."""

    nbdroot: Download
    """The root file system, served as a block device."""

    initrd: Download
    """The ramdisk."""

    dtb: Download | None = None
    """The device tree."""


def plan(keys: Keys, block: Block) -> Action:
    """The action ``nbd-deploy``. Raises InvalidDocument."""
    files = [
        (name, getattr(keys, name), (name,)) for name in ("kernel", "dtb", "initrd", "nbdroot")
    ]
    return parts.act(
        block,
        "nbd-deploy",
        *parts.fetched(block, files),
        parts.overlay(block),
        parts.act(block, "prepare-kernel", type=keys.kernel.type),
        parts.act(block, "xnbd-server-deploy", label="nbdroot"),
    )
