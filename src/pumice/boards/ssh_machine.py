"""A virtual host that is reached by SSH: a QEMU machine of its own, with this machine's OpenSSH.

``python -m pumice.boards.ssh_machine FOLDER IMAGES PORT [OPTION…]`` is the host while it is on:
QEMU with further options. Its port 22 is PORT of 127.0.0.1. FOLDER gets a key pair, made once,
whose private half only its owner can read; the machine takes no other key, and root is its user.
What jobs change is gone when it is switched off.

:func:`make` makes its ramdisk: busybox, and the ``sshd`` and ``ssh-keygen`` that are installed
here, with the libraries that they name. So the host has this machine's architecture.
"""

from __future__ import annotations

import gzip
import os
import sys
from importlib import resources
from pathlib import Path

from pumice.boards import architectures, emulator, images, packages
from pumice.boards.cpio import Archive
from pumice.boards.errors import ImageError

RAMDISK = "ssh.cpio.gz"
KEY = "key"
_PROGRAMS = ("/usr/sbin/sshd", "/usr/bin/ssh-keygen")
_USERS = b"root:x:0:0:root:/root:/bin/sh\nsshd:x:1:1:sshd:/run/sshd:/bin/false\n"
_GROUPS = b"root:x:0:\nsshd:x:1:\n"
# Its key comes with the kernel's arguments, and no other way in is open. Everybody may write into
# the root of a ramdisk and its /run, which StrictModes takes amiss.
_CONFIGURATION = b"""\
HostKey /run/host_key
AuthorizedKeysFile /run/authorized_keys
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
StrictModes no
UsePAM no
UseDNS no
PrintMotd no
PrintLastLog no
Subsystem sftp internal-sftp
"""


def make(folder: Path) -> None:
    """Make the images in the folder of all, where they are missing. Raises OSError.

    Needs Debian's package openssh-server.
    """
    architecture = architectures.native()
    place = images.place(folder, architecture)
    made = images.make(place, architecture)
    with images.alone(place):
        if images.is_current(place / RAMDISK, made.ramdisk):
            return
        # The kernel unpacks one archive after the other into the same root.
        added = gzip.compress(_added(), compresslevel=9, mtime=0)
        images.replace(place / RAMDISK, made.ramdisk.read_bytes() + added)


def _added() -> bytes:
    archive = Archive()
    for program in _PROGRAMS:
        if not Path(program).exists():
            raise ImageError(f"there is no {program}: install the package openssh-server")
        archive.file(f"bin/{Path(program).name}", Path(program).read_bytes(), 0o755)
    for library in _libraries():
        archive.file(library.lstrip("/"), Path(library).read_bytes(), 0o755)
    archive.file("etc/ssh/sshd_config", _CONFIGURATION)
    archive.file("etc/passwd", _USERS)
    archive.file("etc/group", _GROUPS)
    start = resources.files("pumice.boards") / "guest" / "start-sshd"
    archive.file("etc/start", start.read_bytes(), 0o755)
    return archive.bytes()


def _libraries() -> list[str]:
    """The files that the programs are linked with, the loader among them."""
    words = packages.run("ldd", *_PROGRAMS).split()
    return sorted({word for word in words if word.startswith("/") and not word.endswith(":")})


def command(folder: Path, place: Path, port: int) -> list[str]:
    """QEMU as the host, with the images of `place` and the key of `folder`. Raises OSError."""
    architecture = architectures.native()
    images_here = images.place(place, architecture)
    kernel = images_here / ("vmlinux" if architecture is architectures.X86_64 else "vmlinuz")
    key = public_key(folder).split()[1]
    arguments = f"{architecture.arguments} pumice.key={key}"
    started = [*architecture.machine, *emulator.BARE, "-m", "512", "-kernel", str(kernel)]
    started += ["-initrd", str(images_here / RAMDISK), "-append", arguments]
    network = f"user,id=net0,hostfwd=tcp:127.0.0.1:{port}-:22"
    return [*started, "-netdev", network, "-device", "virtio-net-pci,netdev=net0"]


def public_key(folder: Path) -> str:
    """The public half of the board's key, which is made where there is none."""
    folder.mkdir(parents=True, exist_ok=True)
    key = folder / KEY
    if not key.exists():
        # ssh-keygen makes the private half readable for its owner alone.
        packages.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "pumice", "-f", str(key))
    return key.with_suffix(".pub").read_text()


def main() -> int:
    """The host, from power on to power off."""
    if len(sys.argv) < len(("ssh_machine", "FOLDER", "IMAGES", "PORT")):
        sys.stderr.write("usage: pumice.boards.ssh_machine FOLDER IMAGES PORT [OPTION...]\n")
        return 2
    folder, place, port = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    try:
        started = [*command(folder, place, port), *sys.argv[4:]]
        os.execvp(started[0], started)  # noqa: S606 - the host is this program from now on
    except OSError as error:
        sys.stdout.write(f"the host does not start: {error}\r\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
