"""The kernel proper, taken out of the compressed file that a distribution ships.

QEMU boots it directly (PVH entry, which Debian's kernels have), so that an emulated processor
need not decompress it: three seconds less of every boot.

Format: ``Documentation/x86/boot.rst`` of the Linux kernel, fields ``setup_sects``, ``header``,
``payload_offset`` and ``payload_length``.
"""

from __future__ import annotations

import gzip
import lzma
import struct

import zstandard

from pumice.boards.errors import ImageError

_LIMIT = 1 << 30


def uncompressed(bzimage: bytes) -> bytes:
    """The ELF file inside a bzImage. Raises ImageError where it is none that we know."""
    if bzimage[0x202:0x206] != b"HdrS":
        raise ImageError("the kernel package's vmlinuz is not a bzImage")
    sectors = bzimage[0x1F1] or 4
    offset, length = struct.unpack_from("<II", bzimage, 0x248)
    start = (sectors + 1) * 512 + offset
    kernel = _decompress(bzimage[start : start + length])
    if kernel[:4] != b"\x7fELF":
        raise ImageError("the kernel inside vmlinuz is not an ELF file")
    return kernel


def _decompress(payload: bytes) -> bytes:
    try:
        if payload.startswith(b"\xfd7zXZ\0"):
            # Four bytes of length follow the stream, which lzma.decompress would refuse.
            return lzma.LZMADecompressor().decompress(payload, max_length=_LIMIT)
        if payload.startswith(b"\x28\xb5\x2f\xfd"):
            return zstandard.ZstdDecompressor().decompress(payload[:-4], max_output_size=_LIMIT)
        if payload.startswith(b"\x1f\x8b"):
            return gzip.decompress(payload[:-4])
    except (lzma.LZMAError, zstandard.ZstdError, OSError, EOFError) as broken:
        raise ImageError(f"the kernel inside vmlinuz cannot be decompressed: {broken}") from broken
    raise ImageError("the kernel inside vmlinuz is compressed in a way that is not known here")
