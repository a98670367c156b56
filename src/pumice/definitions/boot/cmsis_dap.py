"""``method: cmsis-dap``: a program is copied to the board's debug probe."""

from __future__ import annotations

from typing import Literal

from pumice.definitions.keys import BootAction

NAME = "cmsis-dap"
RUNS = False
NOT_RUN: tuple[str, ...] = ()


class Keys(BootAction):
    """The keys of the action."""

    method: Literal["cmsis-dap"]
