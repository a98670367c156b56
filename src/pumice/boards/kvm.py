"""Whether KVM can be used here, found out by using it.

A ``/dev/kvm`` that exists, opens and then hangs or lacks what QEMU asks for is common inside
virtual machines, so the question is put to a guest.
"""

from __future__ import annotations

import os
import select
import subprocess
import tempfile
import time
from pathlib import Path

_QEMU = "qemu-system-x86_64"
# As the device type `qemu` starts its boards.
_KVM = ("-enable-kvm", "-cpu", "host")
_QUICK_SECONDS = 2.0
_BOOT_SECONDS = 4.0

# Firmware whose first instructions, at the reset vector, write 0x10 to the port of QEMU's
# isa-debug-exit device: mov al, 0x10; out 0xf4, al; jmp self. QEMU then ends with 2*0x10+1.
_FIRMWARE = bytes(0x10000 - 16) + bytes.fromhex("b010e6f4ebfe").ljust(16, b"\xf4")
_ALIVE = 0x21


def works(kernel: Path | None = None, accelerator: tuple[str, ...] = _KVM) -> bool:
    """True where a guest runs under KVM.

    Takes under 0.1 s where it plainly does or does not, at most 2 s where it hangs. With
    `kernel` (a file that QEMU boots), that must also start to boot, within another 4 s: some
    machines run a few instructions and then stand still. `accelerator` is what QEMU is told.
    """
    if accelerator == _KVM and not os.access("/dev/kvm", os.R_OK | os.W_OK):
        return False
    return _runs_code(accelerator) and (kernel is None or _starts(kernel, accelerator))


def _runs_code(accelerator: tuple[str, ...]) -> bool:
    with tempfile.NamedTemporaryFile(prefix="pumice-kvm-") as firmware:
        firmware.write(_FIRMWARE)
        firmware.flush()
        command = [
            *(_QEMU, *accelerator, "-nodefaults", "-display", "none", "-m", "16"),
            *("-bios", firmware.name, "-device", "isa-debug-exit,iobase=0xf4,iosize=1"),
        ]
        try:
            done = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=_QUICK_SECONDS,
            )
        except (OSError, subprocess.TimeoutExpired):
            return False
        return done.returncode == _ALIVE


def _starts(kernel: Path, accelerator: tuple[str, ...]) -> bool:
    command = [
        *(_QEMU, *accelerator, "-nodefaults", "-display", "none", "-m", "256", "-no-reboot"),
        *("-serial", "stdio", "-kernel", str(kernel)),
        *("-append", "console=ttyS0 earlyprintk=ttyS0 panic=-1"),
    ]
    try:
        guest = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    except OSError:
        return False
    with guest:
        try:
            return _says(guest, b"Linux version", time.monotonic() + _BOOT_SECONDS)
        finally:
            guest.kill()


def _says(guest: subprocess.Popen[bytes], sign: bytes, deadline: float) -> bool:
    assert guest.stdout is not None  # noqa: S101 - it was started with a pipe
    seen = b""
    while (left := deadline - time.monotonic()) > 0:
        if not select.select([guest.stdout], [], [], left)[0]:
            return False
        chunk = os.read(guest.stdout.fileno(), 65536)
        if not chunk:
            return False
        seen += chunk
        if sign in seen:
            return True
    return False
