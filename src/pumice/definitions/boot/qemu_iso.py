"""``method: qemu-iso``: QEMU boots an installer's image."""

from __future__ import annotations

from typing import Literal

from pumice.definitions.keys import Console

NAME = "qemu-iso"
RUNS = False
NOT_RUN: tuple[str, ...] = ()


class Keys(Console):
    """The keys of the action."""

    method: Literal["qemu-iso"]
    media: Literal["img"]
