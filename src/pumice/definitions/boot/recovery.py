"""``method: recovery``: the board enters or leaves its recovery mode."""

from __future__ import annotations

from typing import Literal

from pumice.definitions.keys import BootAction

NAME = "recovery"
RUNS = False
NOT_RUN: tuple[str, ...] = ()


class Keys(BootAction):
    """The keys of the action."""

    method: Literal["recovery"]
    commands: Literal["recovery", "exit"]
