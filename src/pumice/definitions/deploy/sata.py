"""``to: sata``: an image that the booted board writes to its SATA storage."""

from __future__ import annotations

from typing import Literal

from pumice.definitions.storage import Removable

NAME = "sata"
RUNS = False
NOT_RUN: tuple[str, ...] = ()


class Keys(Removable):
    """The keys of the action."""

    to: Literal["sata"]
