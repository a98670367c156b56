"""``method: nodebooter``: a container boots the board."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pumice.definitions.keys import BootAction, Docker, Texts

NAME = "nodebooter"
RUNS = False
NOT_RUN: tuple[str, ...] = ()


class Keys(BootAction):
    """The keys of the action."""

    method: Literal["nodebooter"]
    command: str
    prompts: Texts = []
    downloads_namespace: str = Field(default="", alias="downloads-namespace")
    docker: Docker | None = None
