"""``method: docker``: a container is the board."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pumice.definitions.keys import BootAction, Texts

NAME = "docker"
RUNS = False
NOT_RUN: tuple[str, ...] = ()


class Keys(BootAction):
    """The keys of the action."""

    method: Literal["docker"]
    command: str
    prompts: Texts = []
    downloads_namespace: str = Field(default="", alias="downloads-namespace")
