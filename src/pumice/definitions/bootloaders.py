"""The parts of plans that boot through a bootloader's prompt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pumice.definitions import logins, parts
from pumice.definitions.blocks import Block, as_list, as_map, at
from pumice.definitions.keys import BootAction, Bootloader
from pumice.plan.actions import Action

_TYPES = {"image": "booti", "zimage": "bootz", "uimage": "bootm", None: "bootm"}
"""The command that starts a kernel of a type, whose name its addresses have in the device."""

_SCRIPTS = {"u-boot": "u-boot", "ipxe": "ipxe", "grub": "grub", "grub-efi": "grub"}
"""The methods whose bootloader can load a script, and the kind of script."""

FROM_MEDIA = "session.placeholders:from_media"
"""Performs an action whose parameters name files on the board's own storage."""


def commands(block: Block, method: str, wanted: list[str] | str) -> list[str]:
    """The lines to give to the bootloader, with their placeholders.

    A text names one of the device's lists; a list is the lines themselves. Raises
    InvalidDocument, with the names of those that there are.
    """
    sets = parts.parameters_of(block, method)
    known = {
        name: parts.texts(at(entry, ("commands",)))
        for name, entry in sets.items()
        if isinstance(at(entry, ("commands",)), list)
    }
    if isinstance(block.data.get("commands"), list):
        return [str(line) for line in wanted]
    name = wanted if isinstance(wanted, str) else " ".join(wanted)
    if name not in known:
        offered = ", ".join(sorted(known)) or "none"
        raise block.wrong(
            f"the device has no commands {name!r} for {method}: it has {offered}", "commands"
        )
    return known[name]


def overlay(
    block: Block, method: str, lines: list[str], *, name: str = "bootloader-overlay"
) -> Action:
    """The action that fills the placeholders of the lines, and makes a script of them if asked."""
    kind = kernel_type(block)
    script = _script(block, method) if lines else None
    return parts.act(
        block,
        name,
        runner="session.placeholders:fill",
        check="session.bootscript:installed" if script else "",
        script=script,
        method=method,
        commands=lines,
        overlay_commands=_own_list(block, method, "apply_dtbo_commands"),
        type=kind,
        addresses=addresses(block, kind),
        values=_values(block, method),
        raw_ramdisk=_raw_ramdisk(block),
    )


def _script(block: Block, method: str) -> dict[str, str] | None:
    """What script the lines become, where the job or else the device says ``use_bootscript``."""
    wanted = block.data.get("use_bootscript", own(block, method).get("use_bootscript"))
    if wanted is not True:
        return None
    if method not in _SCRIPTS:
        loads = ", ".join(_SCRIPTS)
        block.cannot(f"'use_bootscript' does not run with {method}: it does with {loads}")
        return None
    place = ("actions", "deploy", "parameters", "mkimage_arch")
    architecture = at(block.subject.device, place) or "arm"
    return {"kind": _SCRIPTS[method], "architecture": str(architecture)}


def _values(block: Block, method: str) -> dict[str, str]:
    """The placeholders whose values no file decides."""
    subject = block.subject
    found = {
        "SERVER_IP": subject.host.address,
        "LAVA_DISPATCHER_IP": subject.host.address,
        "LAVA_JOB_ID": subject.job_id,
        "LAVA_MAC": own(block, method).get("lava_mac"),
        "DTB_BASE_RESIZE": at(subject.device, ("parameters", "dtb_base_resize")),
    }
    return {name: "" if value is None else str(value) for name, value in found.items()}


def _own_list(block: Block, method: str, key: str) -> list[str]:
    return parts.texts(own(block, method).get(key))


def _raw_ramdisk(block: Block) -> bool:
    """Whether ramdisks come to the device without U-Boot's header, which holds their size."""
    place = ("actions", "deploy", "parameters", "add_header")
    return at(block.subject.device, place) != "u-boot"


def kernel_type(block: Block) -> str:
    """The command that starts the kernel which the namespace deployed."""
    found: object = None
    for entry in as_list(block.subject.job.get("actions"))[: block.index]:
        deploy = as_map(as_map(entry).get("deploy"))
        if deploy and str(deploy.get("namespace") or "common") == block.namespace:
            found = at(deploy, ("kernel", "type")) or found
    old = block.data.get("type")
    if isinstance(old, str):
        return old
    kind = _TYPES.get(found if isinstance(found, str) else None, "bootm")
    # A device that starts only U-Boot's own images gets the kernel as one.
    return "bootm" if not addresses(block, kind) and addresses(block, "bootm") else kind


def addresses(block: Block, kind: str) -> Mapping[str, str]:
    """Where the device loads kernel, ramdisk and device tree for a kernel of this kind."""
    found = as_map(at(block.subject.device, ("parameters", kind)))
    return {str(name): str(value) for name, value in found.items()}


def own(block: Block, method: str) -> Mapping[str, Any]:
    """The device's parameters for a method; those of the named list of commands win."""
    sets = parts.parameters_of(block, method)
    name = block.data.get("commands")
    chosen = as_map(sets.get(name) if isinstance(name, str) else None)
    return {**as_map(sets.get("parameters")), **as_map(chosen.get("parameters"))}


def interrupt(
    block: Block, method: str, *, name: str = "bootloader-interrupt", newline: bool | None = None
) -> Action:
    """The action ``bootloader-interrupt``: what to wait for and what to send.

    ``newline`` says whether a line's end follows what is sent, where the device does not.
    """
    given = own(block, method)
    constants = as_map(block.subject.constant(method))

    def setting(key: str, constant: str) -> Any:
        return constants.get(constant) if given.get(key) is None else given[key]

    end = setting("interrupt_newline", "interrupt-newline")
    return stop(
        block,
        name,
        method=method,
        needs_interrupt=given.get("needs_interrupt", True) is not False,
        prompt=setting("interrupt_prompt", "interrupt-prompt"),
        character=given.get("interrupt_string") or setting("interrupt_char", "interrupt-character"),
        controls=setting("interrupt_ctrl_list", "interrupt_ctrl_list"),
        newline=newline if end is None else end,
    )


def stop(
    block: Block,
    name: str,
    *,
    method: str,
    prompt: Any,
    character: Any,
    controls: Any = None,
    newline: bool | None = None,
    needs_interrupt: bool = True,
) -> Action:
    """An action that waits for ``prompt``, then sends the character or the controls."""
    return parts.act(
        block,
        name,
        runner="session.bootloader:interrupt",
        method=method,
        needs_interrupt=needs_interrupt,
        prompt=prompt,
        character=character,
        controls=controls,
        newline=newline,
        delay=block.subject.delay("boot"),
    )


def give(
    block: Block, method: str, lines: list[str], *, end_prompts: list[str] | None = None
) -> Action:
    """The action ``bootloader-commands``: the lines, the prompt before each, and the end.

    With ``end_prompts`` the bootloader starts nothing: one of these comes after the last line.
    """
    final = at(block.data, ("parameters", "bootloader-final-message"))
    return parts.act(
        block,
        "bootloader-commands",
        runner="session.bootloader:give",
        method=method,
        commands=lines,
        bootloader_prompt=own(block, method).get("bootloader_prompt"),
        final_message=final or block.subject.constant(method, "final-message"),
        error_messages=errors(block, method),
        end_prompts=end_prompts or [],
        delay=block.subject.delay("boot"),
    )


def errors(block: Block, method: str) -> list[str]:
    """What the bootloader prints when it fails, as patterns."""
    return parts.texts(block.subject.constant(method, "error-messages"))


def login(block: Block, keys: BootAction, method: str = "") -> tuple[Action, ...]:
    """What follows the boot, by the keys that the method has for it.

    While the kernel's first message is waited for, the error messages of the bootloader
    ``method`` end the login.
    """
    prompts = getattr(keys, "prompts", [])
    found = errors(block, method) if method else []
    return logins.plan(block, keys, prompts, getattr(keys, "auto_login", None), found)


def chain(block: Block, keys: Bootloader, method: str) -> tuple[list[str], tuple[Action, ...]]:
    """The lines, and reset (unless refused), interrupt, commands and login."""
    lines = commands(block, method, keys.commands)
    reset = None if block.data.get("reset") is False else parts.reset(block)
    steps = (
        reset,
        interrupt(block, method),
        give(block, method, lines),
        *login(block, keys, method),
    )
    return lines, tuple(step for step in steps if step is not None)


def command_line(block: Block, method: str) -> str:
    """The kernel's command line of the named list, where the device keeps it apart."""
    chosen = parts.parameters_of(block, method).get(str(block.data.get("commands")))
    return str(at(chosen, ("cmdline",)) or "")
