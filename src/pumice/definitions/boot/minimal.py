"""``method: minimal``: the board is switched on, and boots by itself."""

from __future__ import annotations

from typing import Literal

from pumice.definitions.keys import Shell

NAME = "minimal"
RUNS = False
NOT_RUN: tuple[str, ...] = ()


class Keys(Shell):
    """The keys of the action."""

    method: Literal["minimal"]
    pre_power_command: bool = False
    pre_os_command: bool = False
    reset: bool = True
