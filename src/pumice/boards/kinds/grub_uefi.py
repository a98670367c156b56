"""A PC with UEFI that starts GRUB, which loads over TFTP."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from pumice.boards import emulator, images, packages
from pumice.boards.board import FAULTS, Board, Machine, text_of
from pumice.boards.errors import ImageError

FIRMWARE = Path("/usr/share/ovmf/OVMF.fd")
"""Of Debian's package ovmf."""

GRUB_PACKAGE = "grub-efi-amd64-bin"
_GRUB = "usr/lib/grub/x86_64-efi/monolithic/grubnetx64.efi"
_MENU = "set timeout=60\nmenuentry 'Switch off' {\n  halt\n}\n"


@dataclass(frozen=True, slots=True)
class GrubUefi:
    """A :class:`pumice.boards.board.Kind`."""

    name: str = "grub-uefi"
    sentence: str = "A PC with UEFI whose disk has GRUB, which loads kernel and ramdisk over TFTP."
    device_type: str = "grub-uefi"
    job: str = "grub-uefi.yaml"
    ports: int = 1
    loads: bool = True
    faults: frozenset[str] = frozenset(FAULTS)

    def make(self, folder: Path) -> None:
        """Debian's kernel, a busybox ramdisk, and a disk with Debian's GRUB for networks."""
        images.make(folder)
        if not FIRMWARE.exists():
            raise ImageError(f"there is no {FIRMWARE}: install the package ovmf")
        disk = disk_of(folder)
        if disk.is_dir():
            return
        with tempfile.TemporaryDirectory(dir=folder, prefix=".grub-") as scratch:
            whole = Path(scratch) / "disk"
            for name in ("EFI/BOOT", "grub"):
                (whole / name).mkdir(parents=True)
            package = packages.unpack(GRUB_PACKAGE, Path(scratch) / "package")
            shutil.copy(package.root / _GRUB, whole / "EFI/BOOT/BOOTX64.EFI")
            (whole / "grub/grub.cfg").write_text(_MENU)
            _rename(whole, disk)

    def dictionary(self, board: Board) -> str:
        """A board whose console is its serial line."""
        return text_of(self.device_type, board.serial())

    def machine(self, board: Board) -> Machine:
        """QEMU with UEFI and the disk, which it may not write to."""
        disk = str(disk_of(board.images)).replace(",", ",,")
        command = ("qemu-system-x86_64", *emulator.BARE, "-m", "512", "-bios", str(FIRMWARE))
        drive = ("-drive", f"file=fat:{disk},format=raw,if=virtio,readonly=on")
        # Without the card's own iPXE, which UEFI would only load and never start.
        return Machine(command=(*command, *drive, *emulator.network(board.tftp, _CARD)))


_CARD = "virtio-net-pci,romfile="


def disk_of(folder: Path) -> Path:
    """The folder with the disk's files."""
    return folder / "grub-uefi"


def _rename(made: Path, place: Path) -> None:
    """Put what was made in its place, unless another process has done that meanwhile."""
    try:
        made.rename(place)
    except OSError:
        if not place.is_dir():
            raise


KIND = GrubUefi()
