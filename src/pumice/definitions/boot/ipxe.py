"""``method: ipxe``: iPXE is stopped at its prompt and given commands."""

from __future__ import annotations

from typing import Literal

from pumice.definitions.keys import Bootloader

NAME = "ipxe"
RUNS = False
NOT_RUN: tuple[str, ...] = ()


class Keys(Bootloader):
    """The keys of the action."""

    method: Literal["ipxe"]
