"""The commands of a bootloader as a script: it loads them over TFTP, and few are typed.

Only what brings the network up and what loads the script is typed. Sources of the formats: the
manual of U-Boot's mkimage (``-T script``) and of its commands ``tftp`` and ``source``; iPXE's
documentation of scripts and of ``chain``; GRUB's manual, of ``source`` and of its network.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from pumice.dispatcher.errors import InfrastructureError
from pumice.dispatcher.host import tftp
from pumice.dispatcher.host.commands import perform
from pumice.dispatcher.host.processes import find
from pumice.dispatcher.step import Step

_NETWORK = {
    "u-boot": re.compile(
        r"(^|; *)((dhcp|bootp)\b|setenv (ipaddr|serverip|gatewayip|netmask|ethact|ethaddr)\b)"
    ),
    "ipxe": re.compile(r"^(dhcp|ifconf|ifopen|set net\d)\b"),
    "grub": re.compile(r"^(net_\w+|insmod \w*(net|tftp)\b)"),
}
"""The lines that bring the network up: they are typed with those before, as the script comes
over it."""

_UP = {"u-boot": ("setenv autoload no", "dhcp"), "ipxe": ("dhcp",), "grub": ("net_bootp",)}
"""What does so where no line of the job's does."""

_ANYWHERE = "${loadaddr}"
"""U-Boot's own variable: where it loads to on a device that has no address for kernels."""


async def installed(step: Step) -> None:
    """Check that a script can be made and served. Raises ConfigurationError."""
    tftp.expect(step.job)
    if step.parameters["script"]["kind"] == "u-boot":
        find("mkimage")


async def serve(step: Step, lines: Sequence[str], values: Mapping[str, str]) -> tuple[str, ...]:
    """Put the lines into a script that the TFTP server has; return what is to be typed."""
    script: Mapping[str, str] = step.parameters["script"]
    kind, server = script["kind"], values.get("SERVER_IP", "")
    last = max((i for i, line in enumerate(lines, 1) if _NETWORK[kind].search(line)), default=0)
    network, rest = lines[:last], lines[last:]
    step.report.debug(f"Script: {rest}")
    made = await _make(step, kind, script["architecture"], rest)
    folder = await tftp.folder(step)
    place = folder / "bootscript" / made.name
    name = await asyncio.to_thread(tftp.publish, step.job, made, place)
    address = values.get("KERNEL_ADDR") or _ANYWHERE
    loads = {
        "u-boot": (f"tftp {address} {server}:{name}", f"source {address}"),
        "ipxe": (f"chain tftp://{server}/{name}",),
        "grub": (f"source (tftp,{server})/{name}",),
    }
    return (*(network or _UP[kind]), *loads[kind])


async def _make(step: Step, kind: str, architecture: str, lines: Sequence[str]) -> Path:
    """Write the script as the bootloader wants it."""
    path = step.folder("bootscript") / "script"
    head = ["#!ipxe"] if kind == "ipxe" else []
    try:
        path.write_text("".join(f"{line}\n" for line in [*head, *lines]), "utf-8")
    except OSError as error:
        raise InfrastructureError(f"cannot write {path}: {error.strerror}") from error
    if kind != "u-boot":
        return path
    # U-Boot takes it only with a header; it runs a copy, so the kernel may go where it was.
    image = path.with_name("script.scr")
    options = ("-A", architecture, "-T", "script", "-C", "none", "-n", "pumice")
    await perform(step.report, [find("mkimage"), *options, "-d", str(path), str(image)])
    return image
