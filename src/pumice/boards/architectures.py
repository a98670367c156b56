"""The architectures that the boards' images are made for: a row each."""

from __future__ import annotations

import platform
from dataclasses import dataclass

from pumice.boards.errors import ImageError


@dataclass(frozen=True, slots=True)
class Architecture:
    """How Debian and Linux name what the images of one architecture consist of.

    ``name`` is ours; ``debian`` is Debian's name of the architecture; ``kernel`` is the meta
    package of its kernel; ``console`` is the serial line that the login is on; ``drivers`` are
    the kernel modules that are loaded, in an order that the kernel can do with. ``machine`` is a
    QEMU that is such a machine, ``arguments`` are its kernel's.
    """

    name: str
    debian: str
    kernel: str
    console: str
    drivers: tuple[str, ...]
    machine: tuple[str, ...]
    arguments: str


# ext4 looks crc32c up by name when it mounts, so it comes first.
_EVERYWHERE = ("crc32c_generic", "virtio_pci", "virtio_blk", "virtio_net", "e1000")

X86_64 = Architecture(
    "x86_64",
    "amd64",
    "linux-image-amd64",
    "ttyS0",
    (*_EVERYWHERE, "sd_mod", "ata_piix", "ext4"),
    ("qemu-system-x86_64",),
    "console=ttyS0 mitigations=off cryptomgr.notests no_timer_check",
)
ARM64 = Architecture(
    "arm64",
    "arm64",
    "linux-image-arm64",
    "ttyAMA0",
    (*_EVERYWHERE, "ext4"),
    ("qemu-system-aarch64", "-machine", "virt", "-cpu", "cortex-a57"),
    "console=ttyAMA0 cryptomgr.notests",
)
# Its kernel reaches PCI cards only below 4 GB.
ARM = Architecture(
    "arm",
    "armhf",
    "linux-image-armmp",
    "ttyAMA0",
    (*_EVERYWHERE, "ext4"),
    ("qemu-system-arm", "-machine", "virt,highmem=off", "-cpu", "cortex-a15"),
    "console=ttyAMA0 cryptomgr.notests",
)

ALL = {architecture.name: architecture for architecture in (X86_64, ARM64, ARM)}
"""Every architecture by our name."""

_MACHINES = {"x86_64": X86_64, "aarch64": ARM64, "armv7l": ARM}


def native() -> Architecture:
    """This machine's. Raises ImageError where it is none of ours."""
    try:
        return _MACHINES[platform.machine()]
    except KeyError:
        raise ImageError(f"there are no images for {platform.machine()}") from None
