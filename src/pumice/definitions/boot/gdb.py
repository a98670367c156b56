"""``method: gdb``: a debugger loads a program into the board."""

from __future__ import annotations

from typing import Literal

from pumice.definitions.keys import BootAction

NAME = "gdb"
RUNS = False
NOT_RUN: tuple[str, ...] = ()


class Keys(BootAction):
    """The keys of the action."""

    method: Literal["gdb"]
    commands: str
    container: str = ""
