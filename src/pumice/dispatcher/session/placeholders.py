"""The placeholders of a bootloader's commands, such as ``{KERNEL}`` and ``{SERVER_IP}``.

A line that holds a known placeholder without a value is left out, so that one list serves boards
with a device tree and those without. What is not known stays as it is: ``${filesize}`` is for
the bootloader itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from pumice.dispatcher.session import bootscript
from pumice.dispatcher.step import Step

KNOWN = frozenset(
    (
        "SERVER_IP",
        "LAVA_DISPATCHER_IP",
        "LAVA_JOB_ID",
        "LAVA_MAC",
        "KERNEL",
        "DTB",
        "RAMDISK",
        "INITRD",
        "TEE",
        "KERNEL_ADDR",
        "DTB_ADDR",
        "RAMDISK_ADDR",
        "TEE_ADDR",
        "DTBO_ADDR",
        "DTB_BASE_ADDR",
        "DTB_BASE_RESIZE",
        "BOOTX",
        "NFSROOTFS",
        "NFS_SERVER_IP",
        "NBDSERVERIP",
        "NBDSERVERPORT",
        "ROOT",
        "ROOT_PART",
        "PRESEED_CONFIG",
        "PRESEED_LOCAL",
        "EXTRA_FILES_DIR",
        "CMDLINE",
        "DEPTHCHARGE_KERNEL",
        "DEPTHCHARGE_RAMDISK",
    )
)
"""The names that have a meaning; ``DTBO`` with a number is known too."""

_OVERLAYS = "{APPLY_DTBO_COMMANDS}"
"""This line stands for the device's commands that apply a device tree overlay, for each one."""

_NAME = re.compile(r"\{([A-Z_]+|DTBO\d+)\}")
_NUMBERED = re.compile(r"DTBO(\d+)")


async def fill(step: Step) -> None:
    """Fill the placeholders of the lines, and keep both for the actions that follow."""
    state, parameters = step.state, step.parameters
    addresses: Mapping[str, str] = parameters["addresses"]
    values = {**_fixed(parameters["values"], addresses), **state.substitutions}
    values["BOOTX"] = boot_command(
        str(parameters["type"]), values, raw_ramdisk=bool(parameters["raw_ramdisk"])
    )
    state.substitutions = {name: value for name, value in values.items() if value}
    for name, value in sorted(state.substitutions.items()):
        step.report.debug(f"{{{name}}}: {value}")
    lines = with_overlays(parameters["commands"], parameters["overlay_commands"], values)
    state.lines = tuple(filled(lines, values))
    if parameters["script"]:
        state.lines = await bootscript.serve(step, state.lines, values)
    step.report.info(f"Commands: {list(state.lines)}")
    step.extra = dict(addresses)


async def from_media(step: Step) -> None:
    """Take the values of files that lie on the board's own storage."""
    given = step.parameters
    found = {
        "KERNEL": given["kernel"],
        "RAMDISK": given["ramdisk"],
        "INITRD": given["ramdisk"],
        "DTB": given["dtb"],
        "ROOT": f"UUID={given['root_uuid']}" if given["root_uuid"] else "",
        "ROOT_PART": "" if given["boot_part"] is None else str(given["boot_part"]),
    }
    step.state.substitutions |= {name: str(value) for name, value in found.items() if value}


def filled(lines: Iterable[str], values: Mapping[str, str]) -> list[str]:
    """The lines with their values, without those that need a known one that is missing."""

    def known(name: str) -> bool:
        return name in values or name in KNOWN or _NUMBERED.fullmatch(name) is not None

    def value(match: re.Match[str]) -> str:
        return values.get(match[1], match[0])

    return [
        _NAME.sub(value, line)
        for line in lines
        if all(values.get(name) for name in _NAME.findall(line) if known(name))
    ]


def with_overlays(
    lines: Iterable[str], each: Iterable[str], values: Mapping[str, str]
) -> list[str]:
    """The lines, with the commands for each device tree overlay where their place is."""
    numbers = sorted(int(found[1]) for name in values if (found := _NUMBERED.fullmatch(name)))
    applied = [
        line.replace("{DTBO}", f"{{DTBO{number}}}") for number in numbers for line in list(each)
    ]
    expanded: list[str] = []
    for line in lines:
        expanded += applied if line == _OVERLAYS else [line]
    return expanded


def boot_command(kind: str, values: Mapping[str, str], *, raw_ramdisk: bool) -> str:
    """What ``{BOOTX}`` stands for: the command, then kernel, ramdisk and device tree in memory.

    A raw ramdisk has no header that says its size, so the command does, from the variable that
    the lines before it set. Without addresses the kernel cannot be started: the answer is empty.
    """
    kernel, tree = values.get("KERNEL_ADDR", ""), values.get("DTB_ADDR", "")
    if not kernel:
        return ""
    ramdisk = values.get("RAMDISK_ADDR", "") if values.get("RAMDISK") else ""
    if kind == "zboot":
        return f"zboot {kernel} 0 {ramdisk} ${{initrd_size}}" if ramdisk else f"zboot {kernel}"
    if ramdisk and raw_ramdisk:
        ramdisk += ":${initrd_size}"
    words = [kind, kernel]
    if values.get("DTB"):
        words += [ramdisk or "-", tree]
    elif ramdisk:
        words.append(ramdisk)
    return " ".join(words)


def _fixed(given: Mapping[str, str], addresses: Mapping[str, str]) -> dict[str, str]:
    """What the configuration says: the job's own values, and where things are loaded to."""
    places = {f"{name.upper()}_ADDR": str(place) for name, place in addresses.items()}
    places["DTB_BASE_ADDR"] = places.get("DTB_ADDR", "")
    return {**places, **{name: str(value) for name, value in given.items()}}
