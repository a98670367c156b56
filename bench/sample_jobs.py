"""The two jobs of the dispatchers' benchmarks.

Both boot the images of the demo's board on an emulated PC and run one definition of seven cases:
``qemu`` with the files that QEMU loads itself, ``u-boot`` over TFTP from a U-Boot in the PC's
firmware. Definitions and devices are such that LAVA 2023.01 takes them, too. QEMU is started
through :mod:`bench.guest_clock`.
"""

from __future__ import annotations

import gzip
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pumice.boards import images
from pumice.boards.emulator import GATEWAY
from pumice.boards.kinds.uboot_x86 import ROM as UBOOT_ROM
from pumice.devices import library
from pumice.devices.rendering import render
from pumice.formats import yaml
from pumice.testing import qemu_boards

ARGUMENTS = "console=ttyS0 mitigations=off cryptomgr.notests no_timer_check"
PROMPT = "root@pumice:~# "
KERNEL, RAMDISK = "0x01000000", "0x04000000"
COMMANDS = ("uname -a", "touch /root/file", "free -m", "ps", "ls /dev", "ip addr", "uptime")
_QEMU = "qemu-system-x86_64"
_PROGRAM = """\
#!/bin/sh
[ "$1" != --version ] || exec {qemu} --version
exec {python} -I -S {clock} {record} {qemu} "$@"
"""
_BOARD = """\
{{% extends 'uboot-x86.jinja2' %}}
{{% set connection_command = '{program} -m 512 -nographic -monitor none -bios {rom} \
-netdev user,id=n0,tftp={tftp} -device e1000,netdev=n0' %}}
{{% set hard_reset_command = '/bin/true' %}}
{{% set power_off_command = '/bin/true' %}}
"""


@dataclass(frozen=True)
class Sample:
    """A job, its device and the host's configuration, as files; and the guest's record."""

    name: str
    definition: Path
    device: Path
    dispatcher: Path
    record: Path


def qemu(folder: Path) -> Sample:
    """Kernel and ramdisk on QEMU's command line; the overlay is put into the ramdisk."""
    made = images.make(images.default_folder())
    ramdisk = folder / "ramdisk.cpio"
    # LAVA puts overlays only into a ramdisk that is not compressed.
    ramdisk.write_bytes(gzip.decompress(made.ramdisk.read_bytes()))
    kernel = {
        "url": f"file://{made.vmlinux}",
        "image_arg": f'-kernel {{kernel}} -append "{ARGUMENTS}"',
    }
    initrd = {
        "url": f"file://{ramdisk}",
        "image_arg": "-initrd {ramdisk}",
        "format": "cpio.newc",
        "overlays": {"lava": True},
    }
    deploy = {"to": "tmpfs", "images": {"kernel": kernel, "ramdisk": initrd}}
    text = render(qemu_boards.qemu(no_kvm=True), library, context={"arch": "amd64"})
    device = yaml.load(text).data
    program = str(_program(folder, "qemu"))
    device["actions"]["boot"]["methods"]["qemu"]["parameters"]["command"] = program
    return _sample(folder, "qemu", deploy, {"method": "qemu", "media": "tmpfs"}, device, {})


def u_boot(folder: Path, tftp: Path) -> Sample:
    """A kernel and a ramdisk that U-Boot fetches from QEMU's TFTP server, which serves `tftp`."""
    made = images.make(images.default_folder())
    deploy = {
        "to": "tftp",
        "kernel": {"url": f"file://{made.vmlinuz}"},
        "ramdisk": {"url": f"file://{made.ramdisk}", "compression": "gz"},
    }
    commands = [
        "setenv ipaddr 10.0.2.15",  # not by DHCP, which waits for a random time
        "setenv serverip {SERVER_IP}",
        f"tftp {KERNEL} {{KERNEL}}",
        "setenv kernel_size ${filesize}",
        f"tftp {RAMDISK} {{RAMDISK}}",
        "setenv ramdisk_size ${filesize}",
        f"setenv bootargs '{ARGUMENTS}'",
        f"zboot {KERNEL} ${{kernel_size}} {RAMDISK} ${{ramdisk_size}}",
    ]
    program = _program(folder, "u-boot")
    board = _BOARD.format(program=program, rom=UBOOT_ROM, tftp=tftp)
    device = yaml.load(render(board, library, context={"arch": "amd64"})).data
    # LAVA 2023.01 does not know that a ramdisk may need no header.
    del device["actions"]["deploy"]["parameters"]["add_header"]
    lab = {"dispatcher_ip": GATEWAY, "tftp_directory": str(tftp)}
    return _sample(
        folder, "u-boot", deploy, {"method": "u-boot", "commands": commands}, device, lab
    )


def _program(folder: Path, name: str) -> Path:
    """A program that is QEMU with the clock before it."""
    path = folder / f"{name}-program"
    clock = Path(__file__).with_name("guest_clock.py")
    path.write_text(
        _PROGRAM.format(
            qemu=_QEMU,
            python=shlex.quote(sys.executable),
            clock=shlex.quote(str(clock)),
            record=folder / f"{name}-record",
        )
    )
    path.chmod(0o755)
    return path


def _sample(
    folder: Path,
    name: str,
    deploy: dict[str, Any],
    boot: dict[str, Any],
    device: dict[str, Any],
    lab: dict[str, Any],
) -> Sample:
    login = {"login_prompt": "login:", "username": "root"}
    steps = [f"lava-test-case {words.split()[0]} --shell {words}" for words in COMMANDS]
    repository = {
        "metadata": {
            "format": "Lava-Test Test Definition 1.0",
            "name": "smoke",
            "description": "Seven cases",
        },
        "run": {"steps": steps},
    }
    entry = {"name": "smoke", "from": "inline", "path": "inline/smoke.yaml"}
    job = {
        "job_name": f"overhead of {name}",
        "device_type": "qemu",
        "visibility": "public",
        "priority": "medium",
        "context": {"arch": "amd64"},
        "timeouts": {"job": {"minutes": 10}, "action": {"minutes": 5}},
        "actions": [
            {"deploy": deploy},
            {"boot": {**boot, "prompts": [PROMPT], "auto_login": login}},
            {"test": {"definitions": [{**entry, "repository": repository}]}},
        ],
    }
    paths: list[Path] = []
    for kind, data in (("definition", job), ("device", device), ("dispatcher", lab)):
        path = folder / f"{name}-{kind}.yaml"
        path.write_text(yaml.dump(data))
        paths.append(path)
    return Sample(name, *paths, record=folder / f"{name}-record")
