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
    """The action that fills the placeholders of the lines."""
    kind = kernel_type(block)
    return parts.act(
        block,
        name,
        method=method,
        commands=lines,
        type=kind,
        addresses=addresses(block, kind),
        use_bootscript=bool(block.data.get("use_bootscript")),
    )


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
    return _TYPES.get(found if isinstance(found, str) else None, "bootm")


def addresses(block: Block, kind: str) -> Mapping[str, str]:
    """Where the device loads kernel, ramdisk and device tree for a kernel of this kind."""
    found = as_map(at(block.subject.device, ("parameters", kind)))
    return {str(name): str(value) for name, value in found.items()}


def interrupt(block: Block, method: str, *, name: str = "bootloader-interrupt") -> Action:
    """The action ``bootloader-interrupt``: what to wait for and what to send."""
    own = as_map(parts.parameters_of(block, method).get("parameters"))
    constants = as_map(block.subject.constant(method))

    def setting(key: str, constant: str) -> Any:
        return constants.get(constant) if own.get(key) is None else own[key]

    return parts.act(
        block,
        name,
        method=method,
        needs_interrupt=own.get("needs_interrupt", True) is not False,
        prompt=setting("interrupt_prompt", "interrupt-prompt"),
        character=own.get("interrupt_string") or setting("interrupt_char", "interrupt-character"),
        controls=setting("interrupt_ctrl_list", "interrupt_ctrl_list"),
        newline=setting("interrupt_newline", "interrupt-newline"),
        bootloader_prompt=own.get("bootloader_prompt"),
    )


def give(block: Block, method: str, lines: list[str]) -> Action:
    """The action ``bootloader-commands``: the lines, the prompt before each, and the end."""
    own = as_map(parts.parameters_of(block, method).get("parameters"))
    final = at(block.data, ("parameters", "bootloader-final-message"))
    return parts.act(
        block,
        "bootloader-commands",
        method=method,
        commands=lines,
        bootloader_prompt=own.get("bootloader_prompt"),
        final_message=final or block.subject.constant(method, "final-message"),
        error_messages=block.subject.constant(method, "error-messages", default=[]),
        delay=block.subject.delay("boot"),
    )


def login(block: Block, keys: BootAction) -> tuple[Action, ...]:
    """What follows the boot, by the keys that the method has for it."""
    prompts = getattr(keys, "prompts", [])
    return logins.plan(block, keys, prompts, getattr(keys, "auto_login", None))


def chain(block: Block, keys: Bootloader, method: str) -> tuple[list[str], tuple[Action, ...]]:
    """The lines, and reset (unless refused), interrupt, commands and login."""
    lines = commands(block, method, keys.commands)
    reset = None if block.data.get("reset") is False else parts.reset(block)
    steps = (reset, interrupt(block, method), give(block, method, lines), *login(block, keys))
    return lines, tuple(step for step in steps if step is not None)


def command_line(block: Block, method: str) -> str:
    """The kernel's command line of the named list, where the device keeps it apart."""
    chosen = parts.parameters_of(block, method).get(str(block.data.get("commands")))
    return str(at(chosen, ("cmdline",)) or "")
