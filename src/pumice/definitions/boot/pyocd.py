"""``method: pyocd``: pyOCD writes a program to the board."""

from __future__ import annotations

from typing import Literal

from pumice.definitions.keys import BootAction

NAME = "pyocd"
RUNS = False
NOT_RUN: tuple[str, ...] = ()


class Keys(BootAction):
    """The keys of the action."""

    method: Literal["pyocd"]
