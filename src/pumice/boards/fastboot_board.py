"""An emulated board that is written by ``fastboot``: a 64-bit Arm machine.

``python -m pumice.boards.fastboot_board FOLDER PORT`` is the board while it is on. It comes up in
fastboot, which the client reaches at ``tcp:127.0.0.1:PORT``, and has its partitions in FOLDER
(:mod:`pumice.boards.fastboot_device`). When it leaves fastboot, QEMU starts the boot image: the
one that was sent, or the partition ``boot``. The partition ``rootfs`` is its drive ``/dev/vda``.
Its standard streams are the serial line.

:func:`make` makes what there is to write to it: ``boot.img``, whose kernel has its root in the
partition ``rootfs``, and ``rootfs.ext4``, which has the programs of the ramdisk.
"""

from __future__ import annotations

import asyncio
import gzip
import os
import sys
import tempfile
from pathlib import Path

from pumice.boards import cpio, emulator, images, packages
from pumice.boards.architectures import ARM64
from pumice.boards.boot_image import BootImage, NotABootImage, read
from pumice.boards.fastboot_device import Device, serve

BOOT = "boot.img"
ROOT = "rootfs.ext4"
_ROOT_SIZE = "32M"
_SPARSE = b"\x3a\xff\x26\xed"


def make(folder: Path) -> None:
    """Make the images in the folder of all, where they are missing. Raises OSError.

    Needs ``mke2fs`` of Debian's package e2fsprogs.
    """
    place = images.place(folder, ARM64)
    made = images.make(place, ARM64)
    with images.alone(place):
        boot, root = place / BOOT, place / ROOT
        if all(images.is_current(path, made.ramdisk) for path in (boot, root)):
            return
        arguments = f"{ARM64.arguments} root=/dev/vda"
        ramdisk = made.ramdisk.read_bytes()
        images.replace(boot, BootImage(made.vmlinuz.read_bytes(), ramdisk, arguments).pack())
        images.replace(root, _file_system(gzip.decompress(ramdisk)))


def _file_system(ramdisk: bytes) -> bytes:
    """A file system with what a ramdisk holds; all of it belongs to root."""
    with tempfile.TemporaryDirectory() as scratch:
        tree, image = Path(scratch) / "tree", Path(scratch) / "image"
        tree.mkdir()
        cpio.unpack(ramdisk, tree)
        options = ("-q", "-t", "ext4", "-E", "root_owner=0:0", "-d", str(tree))
        packages.run("/sbin/mke2fs", *options, str(image), _ROOT_SIZE)
        return image.read_bytes()


def command(folder: Path, image: bytes) -> list[str]:
    """QEMU with this boot image. Raises NotABootImage, OSError."""
    parts = read(image)
    kernel, ramdisk = folder / "kernel", folder / "ramdisk"
    kernel.write_bytes(parts.kernel)
    ramdisk.write_bytes(parts.ramdisk)
    started = [*ARM64.machine, *emulator.BARE, "-m", "512", "-kernel", str(kernel)]
    started += ["-initrd", str(ramdisk), "-append", parts.arguments]
    root = folder / "partitions" / "rootfs"
    if root.exists():
        drive = str(_plain(root)).replace(",", ",,")
        started += ["-drive", f"file={drive},format=raw,if=virtio"]
    return [*started, "-netdev", "user,id=net0", "-device", "virtio-net-pci,netdev=net0"]


def _plain(image: Path) -> Path:
    """The partition's content, made plain where it was written as a sparse image."""
    with image.open("rb") as start:
        if start.read(len(_SPARSE)) != _SPARSE:
            return image
    plain = image.with_suffix(".plain")
    packages.run("simg2img", str(image), str(plain))
    plain.replace(image)
    return image


async def _until_it_boots(folder: Path, port: int) -> bytes:
    """Be in fastboot; the image that is booted then."""
    left = asyncio.Event()
    device = Device(folder, left=left.set)
    device.mode.parent.mkdir(parents=True, exist_ok=True)
    device.mode.touch()
    (folder / "booted").unlink(missing_ok=True)
    async with await serve(device, port):
        sys.stdout.write(f"fastboot mode: tcp:127.0.0.1:{port}\r\n")
        sys.stdout.flush()
        await left.wait()
    sent, written = folder / "booted", folder / "partitions" / "boot"
    return (sent if sent.exists() else written).read_bytes()


def main() -> int:
    """The board, from power on to power off."""
    if len(sys.argv) != len(("fastboot_board", "FOLDER", "PORT")):
        sys.stderr.write("usage: pumice.boards.fastboot_board FOLDER PORT\n")
        return 2
    folder, port = Path(sys.argv[1]), int(sys.argv[2])
    try:
        started = command(folder, asyncio.run(_until_it_boots(folder, port)))
        os.execvp(started[0], started)  # noqa: S606 - the board is this program from now on
    except FileNotFoundError as missing:
        sys.stdout.write(f"nothing to boot: there is no {missing.filename}\r\n")
    except (NotABootImage, OSError) as error:
        sys.stdout.write(f"nothing to boot: {error}\r\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
