"""GRUB itself, started by UEFI, stopped at its menu and given commands."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pumice.boards import emulator, images, packages
from pumice.testing import qemu_boards

from .conftest import ARGUMENTS, BootloaderLab, Dictionary

LOAD = (
    f"linux /vmlinuz console=ttyS0 {ARGUMENTS}",
    "initrd /ramdisk",
    "devicetree {DTB}",
    "boot",
)
FIRMWARE = "/usr/share/ovmf/OVMF.fd"
MENU = "set timeout=60\nmenuentry 'Nothing' {\n  halt\n}\n"


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A disk with Debian's GRUB as the UEFI application, a menu, a kernel and a ramdisk."""
    folder = tmp_path_factory.mktemp("grub")
    grub = packages.unpack("grub-efi-amd64-bin", folder / "package").root
    boot, menu = folder / "disk/EFI/BOOT", folder / "disk/grub"
    boot.mkdir(parents=True)
    menu.mkdir()
    image = grub / "usr/lib/grub/x86_64-efi/monolithic/grubnetx64.efi"
    shutil.copy(image, boot / "BOOTX64.EFI")
    (menu / "grub.cfg").write_text(MENU)
    made = images.make(images.default_folder())
    shutil.copy(made.vmlinuz, folder / "disk/vmlinuz")
    shutil.copy(made.ramdisk, folder / "disk/ramdisk")
    return folder / "disk"


def board(disk: Path, kind: str = "base-grub", *lines: str) -> Dictionary:
    """A PC whose firmware is UEFI, with this disk; `lines` end its dictionary."""

    def dictionary_of(*, tftp: Path, switch: Path) -> str:
        drive = f"file=fat:rw:{disk},format=raw,if=virtio"
        options = ("-m", "512", "-bios", FIRMWARE, "-drive", drive)
        network = emulator.network(tftp, "virtio-net-pci")
        text = qemu_boards.connected(kind, switch, *options, *network)
        # The menu is wider than the terminal that LAVA's prompt was taken from.
        own = "{% set grub_autoboot_prompt = 'executed automatically' %}"
        return "\n".join([text, own, *lines, ""])

    return dictionary_of


@pytest.mark.parametrize(("method", "kind"), [("grub", "base-grub"), ("grub-efi", "uboot-x86")])
def test_it_boots_a_kernel_by_the_jobs_lines(
    lab: BootloaderLab, disk: Path, method: str, kind: str
) -> None:
    lab.dictionary = board(disk, kind)
    outcome = lab.run(lab.boot(method, commands=list(LOAD)))
    assert outcome.passed
    assert not [line for line in outcome.messages("input") if "DTB" in line]
    assert outcome.result("lava", "login-action")["result"] == "pass"


def test_it_runs_the_jobs_lines_as_a_script(lab: BootloaderLab, disk: Path) -> None:
    lab.dictionary = board(disk)
    boot = lab.boot("grub", commands=list(LOAD), use_bootscript=True)
    outcome = lab.run(boot)
    assert outcome.passed, outcome.text
    typed = outcome.messages("input")
    assert typed[:2] == ["c", "net_bootp"]
    assert typed[2].startswith("source (tftp,10.0.2.2)/")
    assert not [line for line in typed if "linux" in line]
    assert outcome.result("lava", "login-action")["result"] == "pass"


def test_an_installation_ends_with_its_message_and_power_off(
    lab: BootloaderLab, disk: Path
) -> None:
    lab.dictionary = board(disk)
    boot = lab.boot("grub", commands=list(LOAD))
    boot["boot"]["boot_finished"] = "Linux version"
    outcome = lab.run(boot)
    assert outcome.passed, outcome.text
    assert outcome.result("lava", "installer-wait")["result"] == "pass"
    assert "login-action" not in outcome.cases("lava")


def test_the_board_fetches_its_tests_over_http(lab: BootloaderLab, disk: Path) -> None:
    lab.dictionary = board(disk)
    transfer = {"download_command": "wget", "unpack_command": "tar -C / -xzf"}
    boot = lab.boot("grub", commands=list(LOAD), timeout={"minutes": 2}, transfer_overlay=transfer)
    ramdisk = {"url": lab.images.ramdisk.as_uri(), "install_overlay": False}
    deploy = lab.deploy(ramdisk=ramdisk)
    outcome = lab.run(deploy, boot, lab.test("lava-test-case here --result pass"))
    assert outcome.passed, outcome.end
    assert outcome.cases("0_smoke") == {"here": "pass"}
