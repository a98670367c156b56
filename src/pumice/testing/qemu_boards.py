"""Device dictionaries of emulated boards whose console is QEMU's own process.

They need no lab: QEMU starts when a job connects, and ends with the connection.
"""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

from pumice.boards import emulator
from pumice.boards.emulator import network
from pumice.boards.kinds.uboot_x86 import ROM


def qemu(*, no_kvm: bool) -> str:
    """The dictionary of a board of type ``qemu``: an x86_64 machine; `no_kvm`: emulated."""
    lines = ["{% extends 'qemu.jinja2' %}"]
    if no_kvm:
        lines.append("{% set no_kvm = true %}")
    return "\n".join(lines) + "\n"


def uboot_x86(*, tftp: Path, switch: Path) -> str:
    """The dictionary of an emulated PC whose firmware is U-Boot.

    Its console is QEMU's process. QEMU serves the files below `tftp`; `switch` is the socket of
    its power switch.
    """
    return connected("uboot-x86", switch, "-m", "512", "-bios", str(ROM), *network(tftp, "e1000"))


def ipxe_x86(*, tftp: Path, switch: Path) -> str:
    """The same with iPXE, which QEMU's network card starts: a board of type ``x86``."""
    text = connected("x86", switch, "-m", "512", "-boot", "n", *network(tftp, "e1000"))
    return text + "{% set boot_character_delay = boot_character_delay | default(0) %}\n"


def connected(kind: str, switch: Path, *options: str) -> str:
    """A board of type `kind` whose console is QEMU with these `options`.

    Its commands for power go through the socket `switch`; it is off until it is reset.
    """
    listening = f"unix:{str(switch).replace(',', ',,')},server=on,wait=off"
    control = ("-S", "-qmp", listening)
    power = [sys.executable, "-m", "pumice.testing.qemu_power"]
    commands = {
        "connection_command": ["qemu-system-x86_64", *emulator.BARE, *options, *control],
        "hard_reset_command": [*power, "reset", str(switch)],
        "power_off_command": [*power, "off", str(switch)],
    }
    lines = [f"{{% extends '{kind}.jinja2' %}}"]
    lines += [f"{{% set {name} = {shlex.join(words)!r} %}}" for name, words in commands.items()]
    return "\n".join(lines) + "\n"
