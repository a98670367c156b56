"""A host that is reached by SSH."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from pumice.boards import ssh_machine
from pumice.boards.board import Board, Machine, text_of


@dataclass(frozen=True, slots=True)
class Ssh:
    """A :class:`pumice.boards.board.Kind`. Its port is SSH's."""

    name: str = "ssh"
    sentence: str = "A machine of its own in QEMU that is always on, and reached by SSH."
    device_type: str = "ssh"
    job: str = "virtual-ssh.yaml"
    ports: int = 1
    loads: bool = False
    faults: frozenset[str] = frozenset({"drops-network", "panics"})

    def make(self, folder: Path) -> None:
        """Debian's kernel, and a ramdisk with busybox and OpenSSH's server."""
        ssh_machine.make(folder)

    def dictionary(self, board: Board) -> str:
        """A host at a port of this machine, which no job switches on or off."""
        variables = {
            "ssh_host": "127.0.0.1",
            "ssh_port": board.ports[0],
            "ssh_user": "root",
            "ssh_identity_file": str(_folder(board) / ssh_machine.KEY),
        }
        return text_of(self.device_type, variables)

    def machine(self, board: Board) -> Machine:
        """The host as a program, which becomes QEMU. Its key is there from now on."""
        ssh_machine.public_key(_folder(board))
        program = (sys.executable, "-m", "pumice.boards.ssh_machine")
        command = (*program, str(_folder(board)), str(board.images), str(board.ports[0]))
        return Machine(command=command, serial=False, starts_on=True)


def _folder(board: Board) -> Path:
    return board.folder / "host"


KIND = Ssh()
