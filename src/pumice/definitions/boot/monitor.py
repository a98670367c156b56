"""``method: monitor``: QEMU is the board, and prints what a monitor reads."""

from __future__ import annotations

from typing import Literal

from pumice.definitions.keys import BootAction

NAME = "monitor"
RUNS = False
NOT_RUN: tuple[str, ...] = ()


class Keys(BootAction):
    """The keys of the action."""

    method: Literal["monitor"]
