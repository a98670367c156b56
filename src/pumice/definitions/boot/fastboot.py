"""``method: fastboot``: fastboot makes the board boot."""

from __future__ import annotations

from typing import Literal

from pumice.definitions import bootloaders, parts
from pumice.definitions.blocks import Block, as_list, at
from pumice.definitions.keys import Docker, Shell
from pumice.plan.actions import Action

NAME = "fastboot"
RUNS = False
NOT_RUN: tuple[str, ...] = ()


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


def plan(keys: Keys, block: Block) -> Action:
    """The action ``fastboot-boot``. Raises InvalidDocument."""
    device = block.subject.device
    listed = at(device, ("actions", "boot", "methods", NAME))
    named = parts.texts(as_list(listed)) or list(_SEQUENCE)
    logged_in = {child.name: child for child in bootloaders.login(block, keys)}
    steps = [step for name in named for step in _step(block, name, logged_in)]
    asks = "auto-login" in named or "shell-session" in named
    adb = block.tests and not asks and not keys.prompts and device.get("adb_serial_number")
    if adb:
        steps += [parts.act(block, name) for name in ("connect-adb", "adb-overlay-unpack")]
    elif not asks:
        steps += logged_in.values()
    return parts.retried(
        block,
        "fastboot-boot",
        parts.connect(block),
        parts.reset(block),
        *steps,
        outermost=True,
        commands=keys.commands,
        docker=keys.docker.model_dump() if keys.docker else None,
    )


def _step(block: Block, name: str, logged_in: dict[str, Action]) -> list[Action]:
    """The actions of one word of the device's sequence. Raises InvalidDocument."""
    from_login = {
        "auto-login": "auto-login-action",
        "overlay-unpack": "overlay-unpack",
        "shell-session": "expect-shell-connection",
        "export-env": "export-device-env",
    }
    if name in from_login:
        found = logged_in.get(from_login[name])
        return [found] if found else []
    if name == "boot":
        return [parts.act(block, "enter-fastboot-action"), parts.act(block, "fastboot-boot-image")]
    if name == "reboot":
        return [parts.act(block, "enter-fastboot-action"), parts.act(block, "fastboot-reboot")]
    if name == "no-flash-boot":
        return [parts.act(block, "fastboot-boot-image", flashed=False)]
    known = ", ".join(("boot", "reboot", "no-flash-boot", *from_login))
    raise block.wrong(f"the device's fastboot sequence has {name!r}: known are {known}", "method")
