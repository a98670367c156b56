"""Android's boot images: a kernel, a ramdisk and the kernel's arguments in one file.

Format: version 0 of the boot image header in the Android Open Source Project's documentation
("Boot image header"): a page with the header, then kernel and ramdisk, each padded to pages.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

_MAGIC = b"ANDROID!"
_PAGE = 2048
_ADDRESSES = (0x10008000, 0x11000000, 0x10F00000, 0x10000100)
# magic; size and address of kernel, ramdisk and second stage; address of tags; page size;
# version of the header; version of the system; name; arguments; checksum; more arguments
_HEADER = struct.Struct("<8s10I16s512s32s1024s")
_PAGES = (2048, 4096, 8192, 16384)


class NotABootImage(ValueError):
    """The file is no boot image of version 0 to 2: make it with ``mkbootimg``."""


@dataclass(frozen=True, slots=True)
class BootImage:
    """What a board starts."""

    kernel: bytes
    ramdisk: bytes
    arguments: str

    def pack(self) -> bytes:
        """The file. Raises ValueError where the arguments are too long for it."""
        arguments = self.arguments.encode()
        if len(arguments) >= 512:
            raise ValueError("the kernel's arguments have more than 511 bytes")
        kernel_at, ramdisk_at, second_at, tags_at = _ADDRESSES
        sizes = (len(self.kernel), kernel_at, len(self.ramdisk), ramdisk_at, 0, second_at)
        header = _HEADER.pack(_MAGIC, *sizes, tags_at, _PAGE, 0, 0, b"", arguments, b"", b"")
        return b"".join(_padded(part, _PAGE) for part in (header, self.kernel, self.ramdisk))


def read(image: bytes) -> BootImage:
    """The parts of a boot image. Raises NotABootImage."""
    if len(image) < _HEADER.size or not image.startswith(_MAGIC):
        raise NotABootImage("the boot image does not begin as one")
    fields = _HEADER.unpack_from(image)
    kernel_size, ramdisk_size, page, version = fields[1], fields[3], fields[8], fields[9]
    if page not in _PAGES or version > 2:
        raise NotABootImage(f"a boot image with pages of {page} bytes, version {version}")
    start = page + kernel_size + -kernel_size % page
    if len(image) < start + ramdisk_size:
        raise NotABootImage("the boot image is cut off")
    arguments = (fields[12].rstrip(b"\0") + fields[14].rstrip(b"\0")).decode("utf-8", "replace")
    kernel, ramdisk = image[page : page + kernel_size], image[start : start + ramdisk_size]
    return BootImage(kernel, ramdisk, arguments)


def _padded(part: bytes, page: int) -> bytes:
    return part + bytes(-len(part) % page)
