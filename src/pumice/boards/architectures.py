"""The architectures that the boards' images are made for: a row each."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Architecture:
    """How Debian and Linux name what the images of one architecture consist of.

    ``name`` is ours; ``debian`` is Debian's name of the architecture; ``kernel`` is the meta
    package of its kernel; ``console`` is the serial line that the login is on; ``drivers`` are
    the kernel modules that are loaded, in an order that the kernel can do with.
    """

    name: str
    debian: str
    kernel: str
    console: str
    drivers: tuple[str, ...]


# ext4 looks crc32c up by name when it mounts, so it comes first.
_EVERYWHERE = ("crc32c_generic", "virtio_pci", "virtio_blk", "virtio_net", "e1000")

X86_64 = Architecture(
    "x86_64",
    "amd64",
    "linux-image-amd64",
    "ttyS0",
    (*_EVERYWHERE, "sd_mod", "ata_piix", "ext4"),
)
ARM64 = Architecture("arm64", "arm64", "linux-image-arm64", "ttyAMA0", (*_EVERYWHERE, "ext4"))
ARM = Architecture("arm", "armhf", "linux-image-armmp", "ttyAMA0", (*_EVERYWHERE, "ext4"))

ALL = {architecture.name: architecture for architecture in (X86_64, ARM64, ARM)}
"""Every architecture by our name."""
