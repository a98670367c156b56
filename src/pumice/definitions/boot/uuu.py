"""``method: uuu``: NXP's uuu makes the board boot."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Discriminator, Tag

from pumice.definitions import parts
from pumice.definitions.blocks import Block
from pumice.definitions.keys import BootAction, Docker
from pumice.plan.actions import Action

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
    """Commands by protocol, or the name of one of the device's lists of them."""

    docker: Docker | None = None
    """The container with uuu."""

    skip_uuu_if_bootloader_valid: bool = False
    """Do nothing where the board boots already."""


def plan(keys: Keys, block: Block) -> Action:
    """The action ``uuu-boot-retry``. Raises InvalidDocument."""
    start = parts.act(
        block,
        "uuu-boot",
        commands=keys.commands,
        docker=keys.docker.model_dump() if keys.docker else None,
        skip_if_valid=keys.skip_uuu_if_bootloader_valid,
        options=parts.parameters_of(block, NAME).get("options"),
    )
    return parts.retried(block, "uuu-boot-retry", parts.connect(block), start, outermost=True)
