"""``method: uuu``: NXP's uuu makes the board boot."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Discriminator, Tag

from pumice.definitions.keys import BootAction, Docker

NAME = "uuu"
RUNS = False
NOT_RUN: tuple[str, ...] = ()


def _kind(value: object) -> str:
    return "name" if isinstance(value, str) else "commands"


Commands = Annotated[
    Annotated[str, Tag("name")] | Annotated[list[dict[str, str]], Tag("commands")],
    Discriminator(_kind),
]
"""The name of the device's commands, or commands, each a map of a protocol to a text."""


class Keys(BootAction):
    """The keys of the action."""

    method: Literal["uuu"]
    commands: Commands
    docker: Docker | None = None
    skip_uuu_if_bootloader_valid: bool = False
