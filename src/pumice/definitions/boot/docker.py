"""``method: docker``: a container is the board."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pumice.definitions import containers, logins, parts
from pumice.definitions.blocks import Block, as_map
from pumice.definitions.keys import BootAction, Texts
from pumice.plan.actions import Action

NAME = "docker"
RUNS = True
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
    options = as_map(parts.parameters_of(block, NAME).get("options"))
    start = parts.act(
        block,
        "docker-run",
        runner="boot.docker:start",
        check=containers.INSTALLED,
        command=containers.words(block, keys.command),
        prompts=list(keys.prompts),
        global_options=containers.global_options(options),
        options=containers.run_options(block, options),
        downloads_namespace=keys.downloads_namespace,
    )
    shell = logins.shell(block) if keys.prompts or block.tests else ()
    return parts.retried(block, "boot-docker", start, *shell, outermost=True)
