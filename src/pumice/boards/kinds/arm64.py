"""A 64-bit Arm machine that QEMU emulates, started by the job with the files that it brings."""

from __future__ import annotations

from pumice.boards.architectures import ARM64
from pumice.boards.emulated import Emulated

KIND = Emulated(
    name="arm64",
    sentence="A 64-bit Arm machine that the job starts in QEMU, with its kernel and ramdisk.",
    job="qemu-arm64.yaml",
    architecture=ARM64,
)
