"""UEFI itself, stopped at its shell, by which GRUB is started and given commands."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from pumice.boards import images, packages
from pumice.testing import qemu_boards

from .conftest import ARGUMENTS, BootloaderLab

FIRMWARE = "/usr/share/ovmf/OVMF.fd"
LOAD = [f"linux /vmlinuz console=ttyS0 {ARGUMENTS}", "initrd /ramdisk", "boot"]
SHELL = {
    "parameters": {
        "interrupt_prompt": "to skip",
        "interrupt_string": "\x1b",
        "bootloader_prompt": "Shell>",
    },
    "from-disk": [
        {"select": {"enter": "fs0:", "wait": r"FS0:\\>"}},
        {"select": {"enter": r"EFI\tools\grubx64.efi"}},
    ],
}


class ShellLab(BootloaderLab):
    """A board whose menu is the shell of its firmware."""

    def device(self) -> dict[str, Any]:
        device = super().device()
        methods = device["actions"]["boot"]["methods"]
        methods["uefi-menu"] = SHELL
        methods["grub-efi"] = {
            "menu_options": "from-disk",
            "parameters": {
                "bootloader_prompt": "grub>",
                "needs_interrupt": False,
            },
        }
        return device


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    """A disk from which nothing starts by itself, with a GRUB that has no menu."""
    grub = packages.unpack("grub-efi-amd64-bin", tmp_path / "package").root
    tools, menu = tmp_path / "disk/EFI/tools", tmp_path / "disk/EFI/debian"
    tools.mkdir(parents=True)
    menu.mkdir()
    shutil.copy(grub / "usr/lib/grub/x86_64-efi/monolithic/grubx64.efi", tools)
    # GRUB's prompt comes at once: what UEFI leaves of a line's end would choose an entry.
    (menu / "grub.cfg").write_text("true\n")
    made = images.make(images.default_folder())
    shutil.copy(made.vmlinuz, tmp_path / "disk/vmlinuz")
    shutil.copy(made.ramdisk, tmp_path / "disk/ramdisk")
    return tmp_path / "disk"


def test_grub_is_started_through_the_firmware_and_boots(lab: BootloaderLab, disk: Path) -> None:
    shell = ShellLab(lab.folder)
    shell.images = lab.images

    def board(*, tftp: Path, switch: Path) -> str:
        drive = f"file=fat:rw:{disk},format=raw,if=virtio"
        options = ("-m", "512", "-bios", FIRMWARE, "-drive", drive, "-net", "none")
        return qemu_boards.connected("base-grub", switch, *options)

    shell.dictionary = board
    outcome = shell.run(shell.boot("grub-efi", commands=LOAD))
    assert outcome.passed, outcome.text
    typed = [str(text).strip() for text in outcome.messages("input")]
    assert typed[1:3] == ["fs0:", r"EFI\tools\grubx64.efi"]
    assert outcome.result("lava", "grub-efi-menu-selector")["result"] == "pass"
    assert outcome.result("lava", "login-action")["result"] == "pass"
