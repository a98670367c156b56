"""``to: sd``: an image that the booted board writes to its SD storage."""

from __future__ import annotations

from typing import Literal

from pumice.definitions.storage import Removable

NAME = "sd"
RUNS = False
NOT_RUN: tuple[str, ...] = ()


class Keys(Removable):
    """The keys of the action."""

    to: Literal["sd"]
