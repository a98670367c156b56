"""``command``: an action that runs one of the device's commands on the worker."""

from __future__ import annotations

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


class Keys(Action):
    """The keys of the action."""

    name: str = Field(min_length=1)
    """The command: one of the device's, or one of its users commands."""


def plan(keys: Keys, block: Block) -> planned.Action:
    """The action ``user-command``. Raises InvalidDocument, with the names that there are."""
    device = as_map(block.subject.device.get("commands"))
    own = as_map(at(device, ("users", keys.name)))
    if keys.name in BUILT_IN:
        do, undo = parts.texts(device.get(keys.name)), []
    elif own:
        do, undo = parts.texts(own.get("do")), parts.texts(own.get("undo"))
    else:
        names = [*BUILT_IN, *map(str, as_map(device.get("users")))]
        raise block.wrong(
            f"the device has no command {keys.name!r}: known are {', '.join(names)}", "name"
        )
    return parts.act(block, "user-command", command=keys.name, do=do, undo=undo)
