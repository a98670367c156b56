"""``method: fastboot``: fastboot makes the board boot."""

from __future__ import annotations

from typing import Literal

from pumice.definitions.keys import Docker, Shell

NAME = "fastboot"
RUNS = False
NOT_RUN: tuple[str, ...] = ()


class Keys(Shell):
    """The keys of the action."""

    method: Literal["fastboot"]
    commands: list[str] = []
    use_bootscript: bool = False
    docker: Docker | None = None
