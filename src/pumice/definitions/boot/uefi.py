"""``method: uefi``: the shell of UEFI is given commands."""

from __future__ import annotations

from typing import Literal

from pumice.definitions import bootloaders, parts
from pumice.definitions.blocks import Block
from pumice.definitions.keys import Console, Texts
from pumice.plan.actions import Action

NAME = "uefi"
RUNS = False
NOT_RUN: tuple[str, ...] = ()


class Keys(Console):
    """The keys of the action."""

    method: Literal["uefi"]
    commands: Texts
    """Commands, or the name of one of the device's lists of them."""

    shell_menu: str = ""
    """The menu's entry that starts the shell."""


def plan(keys: Keys, block: Block) -> Action:
    """The action ``uefi-shell-main-action``. Raises InvalidDocument."""
    lines = bootloaders.commands(block, NAME, keys.commands)
    return parts.retried(
        block,
        "uefi-shell-main-action",
        bootloaders.overlay(block, NAME, lines),
        parts.connect(block),
        parts.reset(block),
        bootloaders.interrupt(block, NAME, name="uefi-menu-interrupt"),
        parts.act(block, "uefi-shell-menu-selector", menu=keys.shell_menu),
        bootloaders.give(block, NAME, lines),
        *bootloaders.login(block, keys),
        outermost=True,
    )
