"""``definitions`` beside ``docker``: test definitions that run in a container on the worker."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pydantic import Field

from pumice.definitions import containers, overlays, parts
from pumice.definitions.blocks import (
    DEFAULT_RESULTS_DIR,
    Block,
    PlannedTest,
    as_list,
    as_map,
    at,
)
from pumice.definitions.keys import Docker
from pumice.definitions.test import definitions
from pumice.plan import actions as planned

NAME = "docker"
RUNS = True
NOT_RUN: tuple[str, ...] = ()

_SHELL = "/bin/sh"
_NO_NAME = re.compile(r"[^A-Za-z0-9_]")


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
    device = as_map(at(block.subject.device, ("actions", "test", "methods", NAME)))
    root = DEFAULT_RESULTS_DIR.replace("%s", block.subject.job_id)
    made = parts.act(
        block,
        "lava-docker-test",
        parts.act(block, "lava-docker-test-set-environment"),
        _overlay(block, own, root),
        _disconnect(block) if keys.disconnect_connection else None,
        parts.act(
            block,
            "lava-docker-test-shell",
            runner="test.docker:run",
            check=containers.INSTALLED,
            docker=keys.docker.model_dump(),
            global_options=containers.words(block, device.get("global_options")),
            options=containers.words(block, device.get("options")),
            device_info=as_list(block.subject.device.get("device_info")),
            downloads_namespace=keys.downloads_namespace,
            stage=own[0].stage,
            runs=[test.run for test in own],
            root=root,
            shell=_SHELL,
            delay=0,
        ),
        parts.act(block, "read-feedback", runner="session.feedback:read"),
        runner="test.docker:test",
    )
    return replace(made, skip_timeout=keys.timeout.skip)


def _overlay(block: Block, own: list[PlannedTest], root: str) -> planned.Action:
    """The overlay for the container: not where the board has its own, nor for its shell."""
    made = overlays.of_tests(block, own, "lava-create-overlay")
    variables = [*made.parameters["environment"], *_environment(block.subject.device)]
    changed = {"root": root, "shell": _SHELL, "environment": variables}
    return replace(made, parameters={**made.parameters, **changed})


def _disconnect(block: Block) -> planned.Action:
    return parts.act(block, "disconnect-device", runner="session.connection:disconnect")


def _environment(device: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What tests in a container learn of the board: how to reach it, and how to switch it."""
    commands = as_map(device.get("commands"))
    delays = as_map(device.get("character_delays"))
    connections = as_map(commands.get("connections"))
    found: dict[str, object] = {
        "ANDROID_SERIAL": device.get("adb_serial_number"),
        "LAVA_BOARD_ID": device.get("board_id"),
    }
    for name, connection in connections.items():
        command = at(connection, ("connect",))
        if "primary" in as_list(at(connection, ("tags",))):
            found["LAVA_CONNECTION_COMMAND"] = command
        found[f"LAVA_CONNECTION_COMMAND_{_NO_NAME.sub('_', str(name))}"] = command
    for name in ("connect", "hard_reset", "power_on", "power_off"):
        found[f"LAVA_{name.upper()}_COMMAND"] = " && ".join(parts.texts(commands.get(name)))
    for kind in ("deploy", "boot", "test"):
        found[f"LAVA_{kind.upper()}_CHARACTER_DELAYS"] = delays.get(kind)
    return [(name, str(value)) for name, value in found.items() if value not in (None, "")]
