"""``definitions`` beside ``docker``: test definitions that run in a container on the worker."""

from __future__ import annotations

from pydantic import Field

from pumice.definitions.keys import Docker
from pumice.definitions.test import definitions

NAME = "docker"
RUNS = False
NOT_RUN: tuple[str, ...] = ()


class Keys(definitions.Keys):
    """The keys of the action."""

    docker: Docker
    downloads_namespace: str = Field(default="", alias="downloads-namespace")
    disconnect_connection: bool = False
