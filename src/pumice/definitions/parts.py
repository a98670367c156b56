"""The parts of plans that many methods have: making actions, switching, connecting."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from pumice.definitions import downloads, overlays
from pumice.definitions.blocks import Block, as_list, as_map, at
from pumice.definitions.keys import Download
from pumice.definitions.nodes import act, retried
from pumice.plan.actions import Action

__all__ = ["act", "retried"]  # beside what is defined here

Place = tuple[str | int, ...]

CONNECT = "session.connection:connect"
"""Performs an action whose ``command`` connects to a console."""

RECONNECT = "session.connection:reconnect"
"""The same; a console that is open is ended before."""

CONNECTS = "session.connection:installed"
"""Checks that its program is there."""

RUN = "power:run"
"""Performs an action that runs the ``commands`` on the worker."""


def environment(block: Block) -> Action:
    """The action ``deploy-device-env``."""
    return act(block, "deploy-device-env", environment=dict(block.subject.board_environment))


def fetched(
    block: Block, files: Iterable[tuple[str, Download | None, Place]]
) -> tuple[Action, ...]:
    """A ``download-retry`` for each file that is given: label, keys, its place in the block.

    Raises InvalidDocument.
    """
    return tuple(
        downloads.plan(block, label, keys, place)
        for label, keys, place in files
        if keys is not None
    )


def images(block: Block, files: Iterable[tuple[str, Download | None]]) -> tuple[Action, ...]:
    """The same for the files below ``images``."""
    return fetched(block, ((label, keys, ("images", label)) for label, keys in files))


def overlay(block: Block) -> Action | None:
    """The action ``lava-overlay``, or None without test definitions. Raises InvalidDocument."""
    return overlays.plan(block)


def connect(block: Block) -> Action:
    """The action ``connect-device``, by the device's primary connection."""
    return act(
        block,
        "connect-device",
        runner=CONNECT,
        check=CONNECTS,
        command=console_command(block),
    )


def console_command(block: Block) -> str:
    """The device's command for its primary console; without one the plan cannot run."""
    commands = as_map(block.subject.device.get("commands"))
    connections = as_map(commands.get("connections"))
    found = next(
        (
            at(entry, ("connect",))
            for entry in connections.values()
            if "primary" in as_list(at(entry, ("tags",)))
        ),
        commands.get("connect"),
    )
    if not found:
        block.cannot("the device's configuration has no command to connect to its console")
    return str(found or "")


def reset(block: Block) -> Action:
    """The action ``reset-device``: by power where the device's can be switched."""
    commands = as_map(block.subject.device.get("commands"))
    hard = texts(commands.get("hard_reset"))
    soft = texts(block.data.get("soft_reboot")) or texts(commands.get("soft_reboot"))
    if hard:
        return act(
            block, "reset-device", act(block, "pdu-reboot", runner="power:reset", commands=hard)
        )
    shutdown = at(block.data, ("parameters", "shutdown-message"))
    step = act(
        block,
        "send-reboot-commands",
        runner="session.reboot:soft",
        commands=soft,
        shutdown_message=str(shutdown or block.subject.constant("shutdown-message", default="")),
        delay=block.subject.delay("boot"),
    )
    return act(block, "reset-device", step)


def device_command(block: Block, name: str) -> Action:
    """The action for one of the device's commands, named ``pre_power_command`` or the like."""
    found = texts(as_map(block.subject.device.get("commands")).get(name))
    if not found:
        raise block.wrong(f"the device's configuration has no {name!r}", name)
    return act(block, name.replace("_", "-"), runner=RUN, commands=found)


def texts(value: object) -> list[str]:
    """A text, or a list of them, as a list; nulls are left out."""
    if value is None:
        return []
    if not isinstance(value, list):
        return [str(value)]
    return [str(entry) for entry in cast("list[object]", value) if entry is not None]


def parameters_of(block: Block, method: str) -> dict[str, Any]:
    """What the device's configuration says about a boot method, as a map."""
    return dict(as_map(at(block.subject.device, ("actions", block.kind, "methods", method))))
