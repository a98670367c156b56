"""A real U-Boot checks the headers of a kernel and a ramdisk that came over TFTP."""

from __future__ import annotations

import re
from typing import Any

import pytest

from pumice.testing import qemu_boards

from .conftest import BootloaderLab

KERNEL, RAMDISK = "0x01000000", "0x04000000"
LOAD = (
    "setenv autoload no",
    "dhcp",
    "setenv serverip {SERVER_IP}",
    "tftp {KERNEL_ADDR} {KERNEL}",
    "iminfo {KERNEL_ADDR}",
    "tftp {RAMDISK_ADDR} {RAMDISK}",
    "iminfo {RAMDISK_ADDR}",
)


def test_it_finds_both_whole(lab: BootloaderLab, monkeypatch: pytest.MonkeyPatch) -> None:
    lab.dictionary = qemu_boards.uboot_x86
    device = lab.device()
    # A board that starts U-Boot's own images only, with the device tree behind the kernel.
    places = {"kernel": KERNEL, "ramdisk": RAMDISK, "dtb": "0x03000000"}
    device["parameters"] = {"bootm": places}
    device["actions"]["deploy"]["parameters"] = {
        "add_header": "u-boot",
        "mkimage_arch": "x86",
        "append_dtb": True,
    }
    monkeypatch.setattr(lab, "device", lambda: device)
    tree = lab.folder / "board.dtb"
    tree.write_bytes(bytes(range(256)) * 16)
    kernel = {"url": lab.images.vmlinuz.as_uri(), "type": "zimage"}
    deploy = lab.deploy(kernel=kernel, dtb={"url": tree.as_uri()})
    boot: dict[str, Any] = {
        "method": "bootloader",
        "bootloader": "u-boot",
        "commands": list(LOAD),
        "prompts": ["=> "],
        "timeout": {"minutes": 2},
    }
    outcome = lab.run(deploy, {"boot": boot})
    assert outcome.passed, outcome.end
    said = outcome.text
    assert len(re.findall(r"Verifying Checksum \.\.\. OK", said)) == 2
    assert re.search(r"Image Type: +Intel x86 Linux Kernel Image \(uncompressed\)", said)
    assert re.search(r"Image Type: +Intel x86 Linux RAMDisk Image \(uncompressed\)", said)
    size = lab.images.vmlinuz.stat().st_size + tree.stat().st_size
    assert re.search(rf"Data Size: +{size} Bytes", said)
    assert re.search(r"Load Address: +01000000", said)
