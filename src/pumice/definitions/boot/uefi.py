"""``method: uefi``: the shell of UEFI is given commands."""

from __future__ import annotations

from typing import Literal

from pumice.definitions.keys import Console, Texts

NAME = "uefi"
RUNS = False
NOT_RUN: tuple[str, ...] = ()


class Keys(Console):
    """The keys of the action."""

    method: Literal["uefi"]
    commands: Texts
    shell_menu: str = ""
