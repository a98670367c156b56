"""``method: docker``: a container is the board."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pumice.definitions import logins, parts
from pumice.definitions.blocks import Block
from pumice.definitions.keys import BootAction, Texts
from pumice.plan.actions import Action

NAME = "docker"
RUNS = False
NOT_RUN: tuple[str, ...] = ()


class Keys(BootAction):
    """The keys of the action."""

    method: Literal["docker"]
    command: str
    """What the container runs: a shell."""

    prompts: Texts = []
    """Regular expressions that the shell's prompt matches."""

    downloads_namespace: str = Field(default="", alias="downloads-namespace")
    """The namespace whose downloads are seen in the container."""


def plan(keys: Keys, block: Block) -> Action:
    """The action ``boot-docker``. Raises InvalidDocument."""
    start = parts.act(
        block,
        "docker-run",
        command=keys.command,
        options=parts.parameters_of(block, NAME).get("options"),
        downloads_namespace=keys.downloads_namespace,
    )
    return parts.retried(
        block, "boot-docker", start, *logins.shell(block), outermost=True, prompts=keys.prompts
    )
