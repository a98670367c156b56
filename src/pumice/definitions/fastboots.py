"""What the plans of fastboot's two methods share: the board, its console, its power."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pumice.definitions import parts
from pumice.definitions.blocks import Block, as_list, as_map, at
from pumice.plan.actions import Action

_UNSET = "0000000000"
"""The serial number of a device that has not got its own."""

_NETWORK = ("tcp:", "udp:")


def act(block: Block, name: str, function: str, **parameters: Any) -> Action:
    """An action whose function of :mod:`pumice.dispatcher` calls fastboot for the board."""
    return parts.act(
        block,
        name,
        runner=function,
        check="host.fastboot:installed",
        board=_board(block),
        **parameters,
    )


def enter(block: Block) -> Action:
    """The action ``enter-fastboot-action``."""
    device = block.subject.device
    serial, adb = str(device.get("fastboot_serial_number")), device.get("adb_serial_number")
    if not serial or serial == _UNSET or serial == "None":
        block.cannot("the device's configuration has no fastboot_serial_number")
    for key in ("fastboot_via_uboot", "fastboot_auto_detection"):
        if device.get(key):
            block.cannot(f"this version of Pumice does not run devices with {key}")
    listens = adb and adb != _UNSET and not serial.startswith(_NETWORK)
    name = "enter-fastboot-action"
    return act(block, name, "deploy.fastboot:enter", adb=str(adb) if listens else "")


def prepared(block: Block) -> tuple[Action, ...]:
    """The console where the device has one, and a reset where its power can be switched."""
    commands = as_map(block.subject.device.get("commands"))
    found: list[Action] = []
    if commands.get("connect") or as_map(commands.get("connections")):
        found.append(parts.connect(block))
    if parts.texts(commands.get("hard_reset")):
        found.append(parts.reset(block))
    return tuple(found)


def sequence(block: Block) -> list[str]:
    """What the device does to boot; empty where it does not say."""
    methods = at(block.subject.device, ("actions", "boot", "methods", "fastboot"))
    return parts.texts(as_list(methods))


def _board(block: Block) -> Mapping[str, Any]:
    device = block.subject.device
    return {
        "serial": str(device.get("fastboot_serial_number") or ""),
        "options": parts.texts(device.get("fastboot_options")),
    }
