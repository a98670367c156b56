"""``method: minimal``: the board is switched on, and boots by itself."""

from __future__ import annotations

from typing import Literal

from pumice.definitions import bootloaders, parts
from pumice.definitions.blocks import Block
from pumice.definitions.keys import Shell
from pumice.plan.actions import Action

NAME = "minimal"
RUNS = True
NOT_RUN: tuple[str, ...] = ()


class Keys(Shell):
    """The keys of the action."""

    method: Literal["minimal"]
    pre_power_command: bool = False
    """Run the device's pre_power_command first."""

    pre_os_command: bool = False
    """Run the device's pre_os_command before the login."""

    reset: bool = True
    """Whether the board is reset first."""


def plan(keys: Keys, block: Block) -> Action:
    """The action ``minimal-boot``. Raises InvalidDocument."""
    return parts.retried(
        block,
        "minimal-boot",
        parts.device_command(block, "pre_power_command") if keys.pre_power_command else None,
        parts.device_command(block, "pre_os_command") if keys.pre_os_command else None,
        parts.connect(block),
        parts.reset(block) if keys.reset else None,
        *bootloaders.login(block, keys),
        outermost=True,
    )
