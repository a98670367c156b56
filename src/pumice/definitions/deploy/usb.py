"""``to: usb``: an image that the booted board writes to its USB storage."""

from __future__ import annotations

from typing import Literal

from pumice.definitions.storage import Removable

NAME = "usb"
RUNS = False
NOT_RUN: tuple[str, ...] = ()


class Keys(Removable):
    """The keys of the action."""

    to: Literal["usb"]
