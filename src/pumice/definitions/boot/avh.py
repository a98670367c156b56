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
    restore: str = ""


class Keys(BootAction):
    """The keys of the action."""

    method: Literal["avh"]
    bootargs: Arguments | None = None
    docker: Docker | None = None
    prompts: Texts
    auto_login: AutoLogin | None = None
    failure_message: str = ""


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
