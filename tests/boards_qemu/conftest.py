"""Jobs on a real machine that QEMU emulates, with Debian's kernel and a busybox ramdisk."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pumice.boards import images
from pumice.boards.images import BoardImages
from pumice.devices import library
from pumice.devices.rendering import render
from pumice.dispatcher.main import MARK, Order
from pumice.formats import yaml
from pumice.testing import qemu_boards
from pumice.testing.scripted_lab import ScriptedLab, marked

CONSOLE = "console=ttyS0 mitigations=off cryptomgr.notests no_timer_check"
ROM = "/usr/lib/u-boot/qemu-x86/u-boot.rom"
KERNEL, RAMDISK = "0x01000000", "0x04000000"
# U-Boot's autoboot waits two seconds for a key; QEMU itself serves the folder over TFTP.
BOARD = """{{% extends 'base-uboot.jinja2' %}}
{{% set connection_command = 'qemu-system-x86_64 -m 512 -nographic -bios {rom} \
-netdev user,id=n0,tftp={folder} -device e1000,netdev=n0' %}}
{{% set hard_reset_command = '/bin/true' %}}
{{% set power_off_command = '/bin/true' %}}
{{% set uboot_ramdisk_format = 'raw' %}}
"""


class QemuLab(ScriptedLab):
    """A lab whose device is the virtual board that Pumice ships."""

    images: BoardImages

    def device(self) -> dict[str, Any]:
        text = render(qemu_boards.qemu(no_kvm=True), library, context={"arch": "x86_64"})
        return {**yaml.load(text).data, "hostname": "qemu-01"}

    def order(self, *actions: dict[str, Any], **job: Any) -> Order:
        return super().order(*actions, **{"timeouts": {"job": {"minutes": 3}}, **job})

    def deploy(self, **changes: Any) -> dict[str, Any]:
        kernel = {
            "url": f"file://{self.images.vmlinux}",
            "image_arg": f'-kernel {{kernel}} -append "{CONSOLE}"',
        }
        ramdisk = {"url": f"file://{self.images.ramdisk}", "image_arg": "-initrd {ramdisk}"}
        return {
            "deploy": {"to": "tmpfs", "images": {"kernel": kernel, "ramdisk": ramdisk | changes}}
        }

    def boot(self, **changes: Any) -> dict[str, Any]:
        return super().boot(**{"media": "tmpfs", "prompts": ["root@pumice:~# "], **changes})


class UBootLab(QemuLab):
    """A lab whose board is QEMU with U-Boot as its firmware."""

    @property
    def tftp(self) -> Path:
        return self.folder / "tftp"

    def device(self) -> dict[str, Any]:
        text = render(BOARD.format(rom=ROM, folder=self.tftp), library, context={})
        return {**yaml.load(text).data, "hostname": "u-boot-01"}

    def deploy(self, **changes: Any) -> dict[str, Any]:
        ramdisk = {"url": f"file://{self.images.ramdisk}", "compression": "gz"}
        kernel = {"url": f"file://{self.images.vmlinuz}", "type": "zimage"}
        return {"deploy": {"to": "tftp", "kernel": kernel, "ramdisk": ramdisk, **changes}}

    def boot(self, **changes: Any) -> dict[str, Any]:
        """A boot by commands; ``arguments`` are further ones for the kernel."""
        arguments = changes.pop("arguments", "")
        commands = [
            "setenv autoload no",
            "dhcp",
            "setenv serverip {SERVER_IP}",
            f"tftp {KERNEL} {{KERNEL}}",
            "setenv kernel_size ${filesize}",
            f"tftp {RAMDISK} {{RAMDISK}}",
            "setenv ramdisk_size ${filesize}",
            f"setenv bootargs '{CONSOLE} {arguments}'",
            f"zboot {KERNEL} ${{kernel_size}} {RAMDISK} ${{ramdisk_size}}",
        ]
        boot = super().boot(method="u-boot", commands=commands, **changes)
        del boot["boot"]["media"]
        return boot


@pytest.fixture(scope="session")
def board_images() -> BoardImages:
    return images.make(images.default_folder())


@pytest.fixture
def lab(
    tmp_path: Path, board_images: BoardImages, monkeypatch: pytest.MonkeyPatch
) -> Iterator[QemuLab]:
    monkeypatch.delenv(MARK, raising=False)
    lab = QemuLab(tmp_path)
    lab.images = board_images
    yield lab
    os.environ.pop(MARK, None)
    assert not lab.outcome.output.joinpath("files").exists(), "the job's files are left behind"
    assert marked(lab.outcome.output) == [], "processes of the job are left behind"


@pytest.fixture
def uboot(lab: QemuLab) -> UBootLab:
    found = UBootLab(lab.folder)
    found.images = lab.images
    found.tftp.mkdir()
    found.dispatcher = yaml.dump({"dispatcher_ip": "10.0.2.2", "tftp_directory": str(found.tftp)})
    return found
