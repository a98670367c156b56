"""``definitions`` beside ``docker``: test definitions that run in a container on the worker."""

from __future__ import annotations

from pydantic import Field

from pumice.definitions import overlays, parts
from pumice.definitions.blocks import Block, as_map, at
from pumice.definitions.keys import Docker
from pumice.definitions.test import definitions
from pumice.plan import actions as planned

NAME = "docker"
RUNS = False
NOT_RUN: tuple[str, ...] = ()


class Keys(definitions.Keys):
    """The keys of the action."""

    docker: Docker
    """The container that the tests run in."""

    downloads_namespace: str = Field(default="", alias="downloads-namespace")
    """The namespace whose downloads are seen in the container."""

    disconnect_connection: bool = False
    """Whether the board's console is closed meanwhile."""


def plan(keys: Keys, block: Block) -> planned.Action:
    """The action ``lava-docker-test``. Raises InvalidDocument."""
    own = [test for test in block.tests if test.path[: len(block.path)] == block.path]
    return parts.act(
        block,
        "lava-docker-test",
        parts.act(block, "lava-docker-test-set-environment"),
        overlays.of_tests(block, own, "lava-create-overlay"),
        parts.act(block, "disconnect-device") if keys.disconnect_connection else None,
        parts.act(
            block,
            "lava-docker-test-shell",
            docker=keys.docker.model_dump(),
            stage=own[0].stage,
            runs=[test.run for test in own],
            downloads_namespace=keys.downloads_namespace,
            device=dict(as_map(at(block.subject.device, ("actions", "test", "methods", "docker")))),
        ),
        parts.act(block, "read-feedback"),
    )
