"""``method: avh``: an Arm virtual board boots in the cloud."""

from __future__ import annotations

from typing import Literal

from pumice.definitions import bootloaders, parts
from pumice.definitions.blocks import Block
from pumice.definitions.keys import AutoLogin, BootAction, Docker, Texts
from pumice.formats.schema import Section
from pumice.plan.actions import Action

NAME = "avh"
RUNS = False
NOT_RUN: tuple[str, ...] = ()


class Arguments(Section):
    """The kernel's arguments."""

    normal: str = ""
    """The arguments of a normal boot."""

    restore: str = ""
    """The arguments of a restore."""


class Keys(BootAction):
    """The keys of the action."""

    method: Literal["avh"]
    bootargs: Arguments | None = None
    """The kernel's arguments."""

    docker: Docker | None = None
    """The container with the tools."""

    prompts: Texts
    """Regular expressions that the shell's prompt matches."""

    auto_login: AutoLogin | None = None
    """How to log in."""

    failure_message: str = ""
    """A regular expression; where it matches, the job fails."""


def plan(keys: Keys, block: Block) -> Action:
    """The action ``boot-avh-retry``. Raises InvalidDocument."""
    arguments = keys.bootargs.model_dump() if keys.bootargs else {}
    return parts.retried(
        block,
        "boot-avh-retry",
        parts.act(block, "call-avh", arguments=arguments),
        *bootloaders.login(block, keys),
        outermost=True,
    )
