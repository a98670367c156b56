"""``command``: an action that runs one of the device's commands on the worker."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from pumice.definitions import parts
from pumice.definitions.blocks import Block, as_map, at
from pumice.definitions.keys import Action
from pumice.plan import actions as planned

BUILT_IN = (
    "pre_power_command",
    "pre_os_command",
    "hard_reset",
    "power_on",
    "power_off",
    "recovery_mode",
    "recovery_exit",
    "usbg_ms_commands_disable",
    "stop_test_services",
)
"""Names with a meaning of their own; any other names one of the device's ``commands.users``."""

_STOP = "stop_test_services"
_RECOVERY = ("actions", "deploy", "methods", "recovery", "commands")
_PLACES: dict[str, tuple[tuple[str, ...], ...]] = {
    "recovery_mode": ((*_RECOVERY, "recovery_mode"),),
    "recovery_exit": ((*_RECOVERY, "recovery_exit"),),
    "usbg_ms_commands_disable": (("actions", "deploy", "methods", "usbg-ms", "disable"),),
}
"""Where else a device has some of them."""


class Keys(Action):
    """The keys of the action."""

    name: str = Field(min_length=1)
    """The command: one of the device's, or one of its users commands."""


def plan(keys: Keys, block: Block) -> planned.Action:
    """The action ``user-command``. Raises InvalidDocument, with the names that there are."""
    device = block.subject.device
    own = as_map(at(device, ("commands", "users", keys.name)))
    if keys.name == _STOP:
        return parts.act(block, "user-command", runner="test.services:stop", command=keys.name)
    if keys.name in BUILT_IN:
        do, undo = _built_in(keys.name, device), []
    else:
        do, undo = parts.texts(own.get("do")), parts.texts(own.get("undo"))
    if not do:
        raise block.wrong(
            f"the device has no command {keys.name!r}: it has {_offered(device)}", "name"
        )
    return parts.act(
        block, "user-command", runner="power:user", command=keys.name, commands=do, undo=undo
    )


def _built_in(name: str, device: Mapping[str, Any]) -> list[str]:
    """The device's commands for a name with a meaning of its own, from wherever it has them."""
    for place in (("commands", name), *_PLACES.get(name, ())):
        if found := parts.texts(at(device, place)):
            return found
    return []


def _offered(device: Mapping[str, Any]) -> str:
    known = [name for name in BUILT_IN if _built_in(name, device)]
    known += map(str, as_map(at(device, ("commands", "users"))))
    return ", ".join(known) or "none"
