"""``method: qemu-nfs``: QEMU is the board, its root file system comes over NFS."""

from __future__ import annotations

from typing import Literal

from pumice.definitions import qemus
from pumice.definitions.blocks import Block
from pumice.definitions.keys import Shell
from pumice.plan.actions import Action

NAME = "qemu-nfs"
RUNS = True
NOT_RUN: tuple[str, ...] = ()


class Keys(Shell):
    """The keys of the action."""

    method: Literal["qemu-nfs"]
    connection: Literal["serial"] | None = None
    """The console."""


def plan(keys: Keys, block: Block) -> Action:
    """The action ``boot-image-retry``. Raises InvalidDocument."""
    return qemus.plan(keys, block, NAME)
