"""What the plans of fastboot's two methods share: the board, its console, its power."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pumice.definitions import bootloaders, parts
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


def enter(block: Block, *, first: bool = True) -> Action:
    """The action ``enter-fastboot-action``, ``first`` after :func:`prepared`."""
    device = block.subject.device
    serial, adb = str(device.get("fastboot_serial_number")), device.get("adb_serial_number")
    if not is_set(serial) and not device.get("fastboot_auto_detection"):
        block.cannot("the device's configuration has no fastboot_serial_number")
    listens = adb and adb != _UNSET and not serial.startswith(_NETWORK)
    name, through = "enter-fastboot-action", device.get("fastboot_via_uboot")
    return parts.act(
        block,
        name,
        *(_through_u_boot(block) if through else ()),
        runner="deploy.fastboot:enter",
        check="host.fastboot:installed",
        board=_board(block),
        adb=str(adb) if listens else "",
        lines=_u_boot(block)["lines"] if through else [],
        was_reset=first and _resets(block),
    )


def is_set(serial: object) -> bool:
    """Whether a device has got its own serial number, for fastboot or adb."""
    return bool(serial) and str(serial) not in (_UNSET, "None")


def _through_u_boot(block: Block) -> tuple[Action, ...]:
    """What makes U-Boot start fastboot; without its lines the plan cannot run."""
    own = _u_boot(block)
    if not own["lines"]:
        block.cannot(
            "the device has no commands for fastboot_via_uboot: set fastboot_deploy_uboot_commands"
        )
    constants = as_map(block.subject.constant("u-boot"))
    character = own.get("interrupt_char")
    return (
        bootloaders.stop(
            block,
            "bootloader-interrupt",
            method="u-boot",
            prompt=own.get("interrupt_prompt") or constants.get("interrupt-prompt"),
            character=constants.get("interrupt-character") if character is None else character,
            controls=own.get("interrupt_ctrl_list") or constants.get("interrupt_ctrl_list"),
            newline=constants.get("interrupt-newline"),
        ),
        parts.act(
            block,
            "bootloader-commands",
            runner="session.bootloader:give",
            method="u-boot",
            commands=own["lines"],
            bootloader_prompt=own.get("bootloader_prompt"),
            final_message=None,
            error_messages=bootloaders.errors(block, "u-boot"),
            end_prompts=[],
            delay=block.subject.delay("boot"),
        ),
    )


def _u_boot(block: Block) -> dict[str, Any]:
    """How the device's U-Boot is stopped, and the ``lines`` that start fastboot.

    What the deploy method leaves empty, the boot method says.
    """
    found: dict[str, Any] = {}
    for kind in ("boot", "deploy"):
        place = ("actions", kind, "methods", "u-boot", "parameters")
        own = as_map(at(block.subject.device, place))
        found |= {str(key): value for key, value in own.items() if value not in (None, "")}
        found.setdefault("interrupt_char", own.get("interrupt_char"))
    return {**found, "lines": parts.texts(as_map(found.get("fastboot")).get("commands"))}


def _resets(block: Block) -> bool:
    return bool(parts.texts(as_map(block.subject.device.get("commands")).get("hard_reset")))


def prepared(block: Block) -> tuple[Action, ...]:
    """The console where the device has one, and a reset where its power can be switched."""
    commands = as_map(block.subject.device.get("commands"))
    found: list[Action] = []
    through = block.subject.device.get("fastboot_via_uboot")
    if through or commands.get("connect") or as_map(commands.get("connections")):
        found.append(parts.connect(block))
    if _resets(block):
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
        "detects": device.get("fastboot_auto_detection") is True,
        "docker": dict(as_map(block.data.get("docker"))) or None,
    }
