"""A PC that starts from the network with iPXE."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pumice.boards import emulator, images
from pumice.boards.board import FAULTS, Board, Machine, text_of
from pumice.boards.errors import ImageError

ROM = Path("/usr/lib/ipxe/qemu/pxe-e1000.rom")
"""Of Debian's package ipxe-qemu; QEMU finds it by itself."""


@dataclass(frozen=True, slots=True)
class Ipxe:
    """A :class:`pumice.boards.board.Kind`."""

    name: str = "ipxe"
    sentence: str = "A PC whose network card starts iPXE, which loads kernel and ramdisk over TFTP."
    device_type: str = "x86"
    job: str = "ipxe.yaml"
    ports: int = 1
    loads: bool = True
    faults: frozenset[str] = frozenset(FAULTS)

    def make(self, folder: Path) -> None:
        """Debian's kernel and a busybox ramdisk; iPXE is Debian's."""
        images.make(folder)
        if not ROM.exists():
            raise ImageError(f"there is no {ROM}: install the package ipxe-qemu")

    def dictionary(self, board: Board) -> str:
        """A board whose console is its serial line; it takes text as fast as it comes."""
        return text_of(self.device_type, {**board.serial(), "boot_character_delay": 0})

    def machine(self, board: Board) -> Machine:
        """QEMU, which boots from its network card."""
        command = ("qemu-system-x86_64", *emulator.BARE, "-m", "512", "-boot", "n")
        return Machine(command=(*command, *emulator.network(board.tftp, "e1000")))


KIND = Ipxe()
