"""``method: recovery``: the board enters or leaves its recovery mode."""

from __future__ import annotations

from typing import Literal

from pumice.definitions import parts
from pumice.definitions.blocks import Block, at
from pumice.definitions.keys import BootAction
from pumice.plan.actions import Action

NAME = "recovery"
RUNS = False
NOT_RUN: tuple[str, ...] = ()


class Keys(BootAction):
    """The keys of the action."""

    method: Literal["recovery"]
    commands: Literal["recovery", "exit"]
    """Into recovery, or out of it, by the device's commands."""


def plan(keys: Keys, block: Block) -> Action:
    """The action ``recovery-boot``. Raises InvalidDocument."""
    enter = keys.commands == "recovery"
    command = "recovery_mode" if enter else "recovery_exit"
    device = block.subject.device
    found = next(
        (
            texts
            for place in (("actions", "deploy", "methods", "recovery", "commands"), ("commands",))
            if (texts := parts.texts(at(device, (*place, command))))
        ),
        None,
    )
    if not found:
        raise block.wrong(f"the device's configuration has no {command!r}", "commands")
    name = "enter-recovery-mode" if enter else "exit-recovery-mode"
    return parts.act(block, "recovery-boot", parts.act(block, name, commands=found))
