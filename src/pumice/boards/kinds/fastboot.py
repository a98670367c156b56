"""A board that ``fastboot`` writes and boots, behind the network."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from pumice.boards import fastboot_board
from pumice.boards.board import Board, Machine, text_of


@dataclass(frozen=True, slots=True)
class Fastboot:
    """A :class:`pumice.boards.board.Kind`. Its second port is fastboot's."""

    name: str = "fastboot"
    sentence: str = (
        "A 64-bit Arm machine that comes up in fastboot, and boots the images that it was given."
    )
    device_type: str = "fastboot"
    job: str = "virtual-fastboot.yaml"
    ports: int = 2
    loads: bool = False
    faults: frozenset[str] = frozenset({"silent", "slow", "garbled", "panics", "ignores-power-off"})

    def make(self, folder: Path) -> None:
        """A boot image of Debian's kernel, and a root file system with busybox."""
        fastboot_board.make(folder)

    def dictionary(self, board: Board) -> str:
        """A board with a serial line, and fastboot over TCP."""
        serial = f"tcp:127.0.0.1:{board.ports[1]}"
        return text_of(self.device_type, {**board.serial(), "fastboot_serial_number": serial})

    def machine(self, board: Board) -> Machine:
        """The board as a program, which becomes QEMU when it boots."""
        program = (sys.executable, "-m", "pumice.boards.fastboot_board")
        command = (*program, str(board.folder / "device"), str(board.ports[1]))
        return Machine(command=command, qemu=False)


KIND = Fastboot()
