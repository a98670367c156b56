"""``method: fastboot``: fastboot makes the board boot."""

from __future__ import annotations

from typing import Literal

from pumice.definitions import bootloaders, fastboots, parts
from pumice.definitions.blocks import Block
from pumice.definitions.keys import Docker, Shell
from pumice.plan.actions import Action

NAME = "fastboot"
RUNS = True
NOT_RUN = ("use_bootscript",)


class Keys(Shell):
    """The keys of the action."""

    method: Literal["fastboot"]
    commands: list[str] = []
    """Commands for fastboot, or the name of one of the device's lists of them."""

    use_bootscript: bool = False
    """The commands are put into a script that the bootloader loads."""

    docker: Docker | None = None
    """The container with fastboot."""


_SEQUENCE = ("boot",)
"""What is done where the device names no sequence."""

_BOOTS = {
    "boot": ("fastboot-boot-image", "boot"),
    "reboot": ("fastboot-reboot", "reboot"),
    "no-flash-boot": ("fastboot-boot-image", "boot"),
}
"""The words that boot: the action, and its function."""

_FROM_LOGIN = {
    "auto-login": "auto-login-action",
    "overlay-unpack": "overlay-unpack",
    "shell-session": "expect-shell-connection",
    "export-env": "export-device-env",
}
"""The words that stand for a part of what follows a boot."""


def plan(keys: Keys, block: Block) -> Action:
    """The action ``fastboot-boot``. Raises InvalidDocument."""
    named = fastboots.sequence(block) or list(_SEQUENCE)
    logged_in = {child.name: child for child in bootloaders.login(block, keys)}
    commands = list(keys.commands)
    steps: list[Action] = []
    for name in named:
        steps += _step(block, name, logged_in, commands, first=not steps)
        if name in _BOOTS:
            commands = []
    if commands:
        block.cannot("the device's sequence of fastboot has nothing to boot with", "commands")
    asks = "auto-login" in named or "shell-session" in named
    if block.tests and not keys.prompts and not asks and _adb_serial(block):
        steps += _over_adb(block, logged_in)
    elif not asks:
        steps += logged_in.values()
    return parts.retried(block, "fastboot-boot", *fastboots.prepared(block), *steps, outermost=True)


def _adb_serial(block: Block) -> str:
    """The device's serial number for adb; empty where it has none of its own."""
    serial = block.subject.device.get("adb_serial_number")
    return str(serial) if fastboots.is_set(serial) else ""


def _over_adb(block: Block, logged_in: dict[str, Action]) -> list[Action]:
    """What makes the shell of adb ready for tests."""
    serial = _adb_serial(block)
    steps = [
        parts.act(
            block,
            "connect-adb",
            runner="boot.adb:connect",
            check="boot.adb:installed",
            serial=serial,
        ),
        parts.act(block, "adb-overlay-unpack", runner="boot.adb:unpack", serial=serial),
    ]
    environment = logged_in.get("export-device-env")
    return [*steps, environment] if environment else steps


def _step(
    block: Block, name: str, logged_in: dict[str, Action], commands: list[str], *, first: bool
) -> list[Action]:
    """The actions of one word of the device's sequence. Raises InvalidDocument."""
    if name in _FROM_LOGIN:
        found = logged_in.get(_FROM_LOGIN[name])
        return [found] if found else []
    if name not in _BOOTS:
        known = ", ".join((*_BOOTS, *_FROM_LOGIN))
        message = f"the device's fastboot sequence has {name!r}: known are {known}"
        raise block.wrong(message, "method")
    action, function = _BOOTS[name]
    boots = fastboots.act(block, action, f"boot.fastboot:{function}", commands=commands)
    return [boots] if name == "no-flash-boot" else [fastboots.enter(block, first=first), boots]
