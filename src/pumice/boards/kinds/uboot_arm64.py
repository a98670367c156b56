"""A 64-bit Arm machine whose firmware is U-Boot, which loads over TFTP."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pumice.boards import emulator, images
from pumice.boards.architectures import ARM64
from pumice.boards.board import FAULTS, Board, Machine, text_of
from pumice.boards.errors import ImageError

FIRMWARE = Path("/usr/lib/u-boot/qemu_arm64/u-boot.bin")
"""Of Debian's package u-boot-qemu."""


@dataclass(frozen=True, slots=True)
class UBootArm64:
    """A :class:`pumice.boards.board.Kind`."""

    name: str = "uboot-arm64"
    sentence: str = (
        "A 64-bit Arm machine whose firmware is U-Boot, which loads kernel and ramdisk over TFTP."
    )
    device_type: str = "uboot-arm64"
    job: str = "uboot-arm64.yaml"
    ports: int = 1
    loads: bool = True
    faults: frozenset[str] = frozenset(FAULTS)

    def make(self, folder: Path) -> None:
        """Debian's kernel and a busybox ramdisk; U-Boot is Debian's."""
        images.make(images.place(folder, ARM64), ARM64)
        if not FIRMWARE.exists():
            raise ImageError(f"there is no {FIRMWARE}: install the package u-boot-qemu")

    def dictionary(self, board: Board) -> str:
        """A board whose console is its serial line."""
        return text_of(self.device_type, board.serial())

    def machine(self, board: Board) -> Machine:
        """QEMU with U-Boot as its firmware."""
        command = (*ARM64.machine, *emulator.BARE, "-m", "512", "-bios", str(FIRMWARE))
        return Machine(command=(*command, *emulator.network(board.tftp, "virtio-net-pci")))


KIND = UBootArm64()
