"""``method: jlink``: SEGGER's J-Link writes a program to the board."""

from __future__ import annotations

from typing import Literal

from pumice.definitions.keys import BootAction, Texts

NAME = "jlink"
RUNS = False
NOT_RUN: tuple[str, ...] = ()


class Keys(BootAction):
    """The keys of the action."""

    method: Literal["jlink"]
    commands: list[str] = []
    coretype: str = ""
    prompts: Texts = []
