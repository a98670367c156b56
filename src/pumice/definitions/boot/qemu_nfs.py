"""``method: qemu-nfs``: QEMU is the board, its root file system comes over NFS."""

from __future__ import annotations

from typing import Literal

from pumice.definitions.keys import Shell

NAME = "qemu-nfs"
RUNS = False
NOT_RUN: tuple[str, ...] = ()


class Keys(Shell):
    """The keys of the action."""

    method: Literal["qemu-nfs"]
    connection: Literal["serial"] | None = None
