"""A PC whose firmware is U-Boot, which loads over TFTP."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pumice.boards import emulator, images
from pumice.boards.board import FAULTS, Board, Machine, text_of
from pumice.boards.errors import ImageError

ROM = Path("/usr/lib/u-boot/qemu-x86/u-boot.rom")
"""Of Debian's package u-boot-qemu."""


@dataclass(frozen=True, slots=True)
class UBootX86:
    """A :class:`pumice.boards.board.Kind`."""

    name: str = "uboot-x86"
    sentence: str = "A PC whose firmware is U-Boot, which loads kernel and ramdisk over TFTP."
    device_type: str = "uboot-x86"
    job: str = "uboot-x86.yaml"
    ports: int = 1
    loads: bool = True
    faults: frozenset[str] = frozenset(FAULTS)

    def make(self, folder: Path) -> None:
        """Debian's kernel and a busybox ramdisk; U-Boot is Debian's."""
        images.make(folder)
        if not ROM.exists():
            raise ImageError(f"there is no {ROM}: install the package u-boot-qemu")

    def dictionary(self, board: Board) -> str:
        """A board whose console is its serial line."""
        return text_of(self.device_type, board.serial())

    def machine(self, board: Board) -> Machine:
        """QEMU with U-Boot's ROM."""
        command = ("qemu-system-x86_64", *emulator.BARE, "-m", "512", "-bios", str(ROM))
        return Machine(command=(*command, *emulator.network(board.tftp, "e1000")))


KIND = UBootX86()
