"""Keys and plan of a boot with GRUB, from the firmware or from a UEFI menu."""

from __future__ import annotations

from pydantic import Field

from pumice.definitions import bootloaders, menus, parts
from pumice.definitions.blocks import Block, as_map, at
from pumice.definitions.keys import Bootloader, Texts
from pumice.plan.actions import Action

_MENU = "uefi-menu"
_INTERRUPT = "wait-fastboot-interrupt"
_WORDS = (_INTERRUPT,)
"""What a device's sequence can have."""


class GrubKeys(Bootloader):
    """The keys that ``grub`` and ``grub-efi`` share."""

    boot_finished: Texts = []
    """Regular expressions that show that the boot has ended."""

    reset: bool = True
    """Whether the board is reset first."""

    expect_shell: bool = True
    """Whether a shell is waited for."""

    kernel: str = ""
    """The kernel."""

    ramdisk: str = ""
    """The ramdisk."""

    dtb: str = ""
    """The device tree."""

    root_uuid: str = ""
    """The root file system of the secondary media."""

    boot_part: int | None = Field(default=None, ge=0)
    """The disk's partition that holds the boot files."""


def plan(keys: GrubKeys, block: Block, method: str) -> Action:
    """The action ``grub-main-action``; ``grub-sequence-action`` where the device has a sequence.

    Raises InvalidDocument.
    """
    own = parts.parameters_of(block, method)
    resets = keys.reset and own.get("reset_device") is not False
    sequence = parts.texts(own.get("sequence"))
    if sequence:
        return parts.act(
            block,
            "grub-sequence-action",
            parts.connect(block),
            parts.reset(block) if resets else None,
            *(_word(block, name) for name in sequence),
            *bootloaders.login(block, keys, method),
        )
    lines = bootloaders.commands(block, method, keys.commands)
    media = ("kernel", "ramdisk", "dtb", "root_uuid", "boot_part")
    return parts.retried(
        block,
        "grub-main-action",
        parts.act(
            block,
            "bootloader-from-media",
            runner=bootloaders.FROM_MEDIA,
            **{key: getattr(keys, key) for key in media},
        ),
        bootloaders.overlay(block, method, lines),
        parts.connect(block),
        parts.reset(block) if resets else None,
        *_menu(block, method),
        bootloaders.interrupt(block, method),
        bootloaders.give(block, method, lines),
        *_end(keys, block, method),
        outermost=True,
    )


def _word(block: Block, name: str) -> Action:
    """The action of one word of the device's sequence. Raises InvalidDocument."""
    if name not in _WORDS:
        raise block.wrong(
            f"the device's sequence has {name!r}: known are {', '.join(_WORDS)}", "method"
        )
    offers = as_map(at(block.subject.device, ("actions", "deploy", "methods", "fastboot")))
    prompt, typed = offers.get("interrupt_prompt"), offers.get("interrupt_string")
    if not prompt or typed is None:
        raise block.wrong(
            f"the device's sequence has {name!r}, which needs interrupt_prompt and "
            "interrupt_string of fastboot",
            "method",
        )
    return bootloaders.stop(
        block, name, method="fastboot", prompt=prompt, character=typed, newline=False
    )


def _menu(block: Block, method: str) -> tuple[Action, ...]:
    """What leads from the UEFI menu to GRUB, where the device has a menu for it."""
    items = parts.parameters_of(block, method).get("menu_options")
    if method != "grub-efi" or not items:
        return ()
    return (
        bootloaders.interrupt(block, _MENU, name="uefi-menu-interrupt", newline=False),
        menus.select(block, "grub-efi-menu-selector", str(items), method),
    )


def _end(keys: GrubKeys, block: Block, method: str) -> tuple[Action, ...]:
    """A login; or, for an installer, waiting for its end and switching off."""
    name = block.data.get("commands")
    sets = parts.parameters_of(block, method)
    chosen = sets.get(name) if isinstance(name, str) else None
    shell = keys.expect_shell and as_map(chosen).get("expect_shell") is not False
    if keys.boot_finished or not shell:
        return (
            parts.act(
                block,
                "installer-wait",
                runner="session.bootloader:finished",
                finished=keys.boot_finished,
            ),
            parts.act(block, "power-off", runner="power:run", commands=_power_off(block)),
        )
    return bootloaders.login(block, keys, method)


def _power_off(block: Block) -> list[str]:
    """The device's commands for it; without them the board stays on."""
    return parts.texts(as_map(block.subject.device.get("commands")).get("power_off"))
