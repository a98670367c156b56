"""``method: bootloader``: a bootloader is stopped at its prompt, and stays there."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pumice.definitions.keys import BootAction, Texts

NAME = "bootloader"
RUNS = False
NOT_RUN: tuple[str, ...] = ()


class Keys(BootAction):
    """The keys of the action."""

    method: Literal["bootloader"]
    bootloader: str = Field(min_length=1)
    commands: list[str] = []
    prompts: Texts = []
    reset_connection: bool = True
    reset_device: bool = True
    reset: bool = True
    use_bootscript: bool = False
