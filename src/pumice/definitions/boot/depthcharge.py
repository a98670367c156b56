"""``method: depthcharge``: Chromium's bootloader is given a kernel over the network."""

from __future__ import annotations

from typing import Literal

from pumice.definitions import bootloaders, parts
from pumice.definitions.blocks import Block
from pumice.definitions.keys import Bootloader
from pumice.plan.actions import Action

NAME = "depthcharge"
RUNS = False
NOT_RUN: tuple[str, ...] = ()


class Keys(Bootloader):
    """The keys of the action."""

    method: Literal["depthcharge"]
    extra_kernel_args: str = ""
    """More arguments of the kernel."""


def plan(keys: Keys, block: Block) -> Action:
    """The action ``depthcharge-action``. Raises InvalidDocument."""
    lines = bootloaders.commands(block, NAME, keys.commands)
    retry = parts.retried(
        block,
        "depthcharge-retry",
        parts.act(block, "reset-connection", command=parts.console_command(block)),
        parts.reset(block),
        bootloaders.interrupt(block, NAME, name="depthcharge-start"),
        bootloaders.give(block, NAME, lines),
        *bootloaders.login(block, keys),
        outermost=True,
    )
    return parts.act(
        block,
        "depthcharge-action",
        bootloaders.overlay(block, NAME, lines, name="depthcharge-overlay"),
        retry,
        command_line=bootloaders.command_line(block, NAME),
        extra_kernel_args=keys.extra_kernel_args,
    )
