"""A PC that QEMU emulates, started by the job with the files that it brings."""

from __future__ import annotations

from pumice.boards.architectures import X86_64
from pumice.boards.emulated import Emulated

KIND = Emulated(
    name="x86_64",
    sentence="An x86_64 PC that the job starts in QEMU, with its kernel and ramdisk.",
    job="qemu-smoke.yaml",
    architecture=X86_64,
)
