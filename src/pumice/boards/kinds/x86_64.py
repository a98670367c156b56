"""A PC that QEMU emulates, started by the job with the files that it brings."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pumice.boards import images, kvm
from pumice.boards.board import FAULTS, Board, text_of


@dataclass(frozen=True, slots=True)
class X8664:
    """A :class:`pumice.boards.board.Kind`."""

    name: str = "x86_64"
    sentence: str = "An x86_64 PC that the job starts in QEMU, with its kernel and ramdisk."
    device_type: str = "qemu"
    job: str = "qemu-smoke.yaml"
    ports: int = 0
    loads: bool = False
    faults: frozenset[str] = frozenset(FAULTS)

    def make(self, folder: Path) -> None:
        """Debian's kernel and a busybox ramdisk."""
        images.make(folder)

    def dictionary(self, board: Board) -> str:
        """A machine of type ``qemu``, without KVM where a probe shows that it does not work."""
        slow = {} if _kvm_works(board.images / "vmlinux") else {"no_kvm": True}
        return text_of(self.device_type, {**slow, **board.emulators()})

    def machine(self, _: Board) -> None:
        """None: the dispatcher starts QEMU."""


@cache
def _kvm_works(kernel: Path) -> bool:
    return kvm.works(kernel if kernel.is_file() else None)


KIND = X8664()
