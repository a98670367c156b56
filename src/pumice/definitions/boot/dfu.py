"""``method: dfu``: a program is written over USB (DFU)."""

from __future__ import annotations

from typing import Literal

from pumice.definitions.keys import BootAction

NAME = "dfu"
RUNS = False
NOT_RUN: tuple[str, ...] = ()


class Keys(BootAction):
    """The keys of the action."""

    method: Literal["dfu"]
