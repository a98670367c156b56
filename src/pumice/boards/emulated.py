"""Boards that a job starts in QEMU with the files that it brings, of any architecture."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pumice.boards import images, kvm
from pumice.boards.architectures import Architecture
from pumice.boards.board import FAULTS, Board, text_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Emulated:
    """A :class:`pumice.boards.board.Kind`: a board of type ``qemu``.

    All its boards can be a machine of any architecture, since a job's ``context`` says which:
    ``architecture`` is what they are for jobs that do not say so, and what images are made for.
    """

    name: str
    sentence: str
    job: str
    architecture: Architecture
    device_type: str = "qemu"
    ports: int = 0
    loads: bool = False
    faults: frozenset[str] = frozenset(FAULTS)

    def make(self, folder: Path) -> None:
        """Debian's kernel and a busybox ramdisk."""
        images.make(images.place(folder, self.architecture), self.architecture)

    def dictionary(self, board: Board) -> str:
        """A machine of type ``qemu``, without KVM where a probe shows that it does not work."""
        slow = {} if _kvm_works(board.images / "vmlinux") else {"no_kvm": True}
        text = text_of(self.device_type, {**slow, **board.emulators()})
        return text + f"{{% set arch = arch | default({self.architecture.name!r}) %}}\n"

    def machine(self, _: Board) -> None:
        """None: the dispatcher starts QEMU."""


@cache
def _kvm_works(kernel: Path) -> bool:
    return kvm.works(kernel if kernel.is_file() else None)
