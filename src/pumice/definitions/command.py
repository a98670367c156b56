"""``command``: an action that runs one of the device's commands on the worker."""

from __future__ import annotations

from pydantic import Field

from pumice.definitions.keys import Action

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
