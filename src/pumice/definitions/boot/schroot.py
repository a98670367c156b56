"""``method: schroot``: a session of schroot on a running host."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pumice.definitions import bootloaders, parts
from pumice.definitions.blocks import Block, as_map, at
from pumice.definitions.keys import BootAction, Texts
from pumice.plan.actions import Action

NAME = "schroot"
RUNS = False
NOT_RUN: tuple[str, ...] = ()


class Keys(BootAction):
    """The keys of the action."""

    method: Literal["schroot"]
    connection: Literal["ssh"]
    """How the host is reached."""

    schroot: str = Field(min_length=1)
    """The name of the environment on the host."""

    prompts: Texts
    """Regular expressions that the shell's prompt matches."""


def plan(keys: Keys, block: Block) -> Action:
    """The action ``login-ssh``. Raises InvalidDocument."""
    host = as_map(at(block.subject.device, ("actions", "deploy", "methods", "ssh")))
    return parts.retried(
        block,
        "login-ssh",
        parts.act(block, "scp-deploy"),
        parts.act(block, "prepare-ssh", **dict(host)),
        parts.act(block, "ssh-connection", schroot=keys.schroot),
        *bootloaders.login(block, keys),
        parts.act(block, "scp-overlay-unpack"),
        outermost=True,
    )
