"""``method: uefi-menu``: entries of UEFI's menu are chosen."""

from __future__ import annotations

from typing import Literal

from pumice.definitions import bootloaders, parts
from pumice.definitions.blocks import Block
from pumice.definitions.keys import Console
from pumice.plan.actions import Action

NAME = "uefi-menu"
RUNS = False
NOT_RUN: tuple[str, ...] = ()


class Keys(Console):
    """The keys of the action."""

    method: Literal["uefi-menu"]
    commands: str = ""
    """The name of one of the device's lists of menu entries."""

    line_separator: Literal["dos", "unix"] | None = None
    """What the menu takes for the end of a line."""


def plan(keys: Keys, block: Block) -> Action:
    """The action ``uefi-menu-action``. Raises InvalidDocument."""
    entries = parts.parameters_of(block, NAME).get(keys.commands) if keys.commands else None
    if keys.commands and entries is None:
        offered = ", ".join(sorted(map(str, parts.parameters_of(block, NAME)))) or "none"
        raise block.wrong(
            f"the device has no entries {keys.commands!r}: it has {offered}", "commands"
        )
    return parts.retried(
        block,
        "uefi-menu-action",
        bootloaders.overlay(block, NAME, []),
        parts.connect(block),
        parts.reset(block),
        bootloaders.interrupt(block, NAME, name="uefi-menu-interrupt"),
        parts.act(block, "uefi-menu-selector", entries=entries, separator=keys.line_separator),
        *bootloaders.login(block, keys),
        outermost=True,
    )
