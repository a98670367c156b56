"""``method: ssh``: a running host is logged in to."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pumice.definitions import bootloaders, parts
from pumice.definitions.blocks import Block, as_map, at
from pumice.definitions.keys import BootAction, BootParameters, Texts
from pumice.plan.actions import Action

NAME = "ssh"
RUNS = False
NOT_RUN: tuple[str, ...] = ()


class Parameters(BootParameters):
    """The keys of the messages that hold the host's address."""

    host_id: str = Field(default="", alias="hostID")
    host_key: str = ""


class Keys(BootAction):
    """The keys of the action."""

    method: Literal["ssh"]
    prompts: Texts = []
    parameters: Parameters = Parameters()  # pyright: ignore[reportIncompatibleVariableOverride]
    connection: str = ""


def plan(keys: Keys, block: Block) -> Action:
    """The action ``login-ssh``. Raises InvalidDocument."""
    host = as_map(at(block.subject.device, ("actions", "deploy", "methods", "ssh")))
    return parts.retried(
        block,
        "login-ssh",
        parts.act(block, "scp-deploy"),
        parts.act(block, "prepare-ssh", **dict(host)),
        parts.act(block, "ssh-connection", connection=keys.connection),
        *bootloaders.login(block, keys),
        parts.act(block, "scp-overlay-unpack"),
        outermost=True,
    )
