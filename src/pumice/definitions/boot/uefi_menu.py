"""``method: uefi-menu``: entries of UEFI's menu are chosen."""

from __future__ import annotations

from typing import Literal

from pumice.definitions.keys import Console

NAME = "uefi-menu"
RUNS = False
NOT_RUN: tuple[str, ...] = ()


class Keys(Console):
    """The keys of the action."""

    method: Literal["uefi-menu"]
    commands: str = ""
    line_separator: Literal["dos", "unix"] | None = None
