"""The emulated board of the kind ``fastboot``, spoken to by the real client."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from pumice.boards import fastboot_board, records
from pumice.boards.boot_image import BootImage

SECONDS = 60
IMAGE = BootImage(b"a kernel", b"a ramdisk", "console=ttyAMA0")


@dataclass
class Switched:
    """A board that is on; what its serial line says is in a file."""

    folder: Path
    port: int
    said: Path
    process: subprocess.Popen[bytes]

    def fastboot(self, *arguments: str) -> None:
        command = ["fastboot", "-s", f"tcp:127.0.0.1:{self.port}", *arguments]
        subprocess.run(command, check=True, capture_output=True, timeout=SECONDS)

    def end(self) -> str:
        """What it said until it was off."""
        assert self.process.wait(SECONDS) == 1
        return self.said.read_text()


@pytest.fixture
def board(tmp_path: Path) -> Iterator[Switched]:
    (port,) = records.free_ports(1, ())
    said = tmp_path / "said"
    command = [sys.executable, "-m", "pumice.boards.fastboot_board", str(tmp_path), str(port)]
    with said.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out)
    until = time.monotonic() + SECONDS
    while "fastboot mode" not in said.read_text():
        assert time.monotonic() < until and process.poll() is None
        time.sleep(0.02)
    yield Switched(tmp_path, port, said, process)
    process.kill()
    process.wait()


def test_a_board_without_a_boot_image_says_so(board: Switched) -> None:
    board.fastboot("reboot")
    assert "nothing to boot: there is no" in board.end()


def test_a_boot_partition_of_something_else_is_not_started(board: Switched, tmp_path: Path) -> None:
    other = tmp_path / "other.img"
    other.write_bytes(b"nothing of the kind" * 1000)
    board.fastboot("flash", "boot", str(other))
    board.fastboot("reboot")
    assert "nothing to boot: the boot image does not begin as one" in board.end()


def test_a_sparse_root_is_made_plain_and_becomes_the_drive(tmp_path: Path) -> None:
    partitions = tmp_path / "partitions"
    partitions.mkdir()
    plain = tmp_path / "plain"
    plain.write_bytes(b"root" * 4096)
    subprocess.run(["img2simg", str(plain), str(partitions / "rootfs")], check=True)
    command = fastboot_board.command(tmp_path, IMAGE.pack())
    assert (partitions / "rootfs").read_bytes() == plain.read_bytes()
    assert f"file={partitions}/rootfs,format=raw,if=virtio" in command
    assert Path(command[command.index("-kernel") + 1]).read_bytes() == IMAGE.kernel
    assert Path(command[command.index("-initrd") + 1]).read_bytes() == IMAGE.ramdisk
    assert command[command.index("-append") + 1] == IMAGE.arguments


def test_a_board_without_a_root_has_no_drive(tmp_path: Path) -> None:
    assert "-drive" not in fastboot_board.command(tmp_path, IMAGE.pack())
