"""The boards' kernel and ramdisk, made from Debian's packages for one of several architectures.

:func:`make` unpacks two packages into a temporary folder (nothing is installed, no root needed)
and writes these files:

``vmlinuz``
    Debian's kernel, unchanged.
``vmlinux``
    For x86_64, the same kernel uncompressed, for QEMU's ``-kernel``: on an emulated processor it
    boots three seconds sooner. QEMU takes the kernels of the others as they are.
``ramdisk.cpio.gz``
    busybox with all its commands, the drivers for a guest drive (virtio; on x86_64 IDE too) and
    network (virtio and e1000) and ext4, and an ``/init`` that ends in a login on the serial line:
    ``pumice login:``, user ``root``, no password, prompt ``root@pumice:~# ``. With the kernel's
    argument ``root=/dev/NAME`` it goes on in the ext4 file system there, if that has an ``/init``.
``ramdisk-nfs.cpio.gz``
    The same with NFS: with ``nfsroot=SERVER:PATH`` it goes on there, by NFS 4.1.
``root.tar.gz``
    What the ramdisk holds, as a root for NFS.
"""

from __future__ import annotations

import fcntl
import gzip
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from pumice.boards import busybox as programs
from pumice.boards import modules, packages
from pumice.boards.architectures import X86_64, Architecture
from pumice.boards.cpio import Archive, unpack
from pumice.boards.errors import ImageError
from pumice.boards.kernel import uncompressed

KERNEL_PACKAGE = X86_64.kernel
BUSYBOX_PACKAGE = "busybox-static"
HOSTNAME = "pumice"

_STAMP = "images.json"
_NFS = ("nfsv4",)


@dataclass(frozen=True, slots=True)
class BoardImages:
    """The files that a board boots, and the Debian versions that they were made from.

    ``vmlinux`` is the kernel for QEMU's ``-kernel``: the same file as ``vmlinuz`` where that is
    what QEMU boots.
    """

    vmlinuz: Path
    vmlinux: Path
    ramdisk: Path
    nfs_ramdisk: Path
    root: Path
    kernel_version: str
    busybox_version: str


def default_folder() -> Path:
    """Where a machine's labs keep the images that they share: ``/var/cache/pumice/boards``
    for root, else ``pumice/boards`` in the user's cache folder."""
    if os.geteuid() == 0:
        return Path("/var/cache/pumice/boards")
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "pumice" / "boards"


def place(folder: Path, architecture: Architecture) -> Path:
    """Where the images of an architecture are below the folder of all: those of x86_64 are in
    it, the others in folders of their names."""
    return folder if architecture is X86_64 else folder / architecture.name


def make(folder: Path, architecture: Architecture = X86_64) -> BoardImages:
    """The images in `folder`, made first where they are missing or of another recipe.

    Several processes may call this at once: one makes, the others wait. The same packages give
    the same bytes. Needs ``apt-get``, with package lists where the architecture is the
    machine's, and ``dpkg-deb``.
    Raises ImageError, and OSError where `folder` cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with alone(folder):
        return _made(folder, architecture) or _build(folder, architecture)


def _made(folder: Path, architecture: Architecture) -> BoardImages | None:
    """What an earlier call made, unless it was made by another recipe."""
    try:
        stamp = json.loads((folder / _STAMP).read_bytes())
        images = _images(folder, architecture, stamp["kernel"], stamp["busybox"])
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None
    files = (images.vmlinuz, images.vmlinux, images.ramdisk, images.nfs_ramdisk, images.root)
    whole = all(path.is_file() for path in files)
    return images if whole and stamp.get("recipe") == _recipe(architecture) else None


def _images(folder: Path, architecture: Architecture, kernel: str, busybox: str) -> BoardImages:
    vmlinuz = folder / "vmlinuz"
    direct = folder / "vmlinux" if architecture is X86_64 else vmlinuz
    ramdisks = folder / "ramdisk.cpio.gz", folder / "ramdisk-nfs.cpio.gz"
    return BoardImages(vmlinuz, direct, *ramdisks, folder / "root.tar.gz", kernel, busybox)


def _build(folder: Path, architecture: Architecture) -> BoardImages:
    for left in folder.glob(".making-*"):
        # Of a maker that was killed: this one is alone here.
        shutil.rmtree(left)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".making-") as scratch:
        work = Path(scratch)
        apt = packages.lists(architecture.debian, work / "apt")
        package = packages.dependency(architecture.kernel, "linux-image-", apt)
        kernel = packages.unpack(package, work / "k", apt)
        busybox = packages.unpack(BUSYBOX_PACKAGE, work / "b", apt)
        images = _images(folder, architecture, kernel.version, busybox.version)
        content = _ramdisk(architecture, kernel.root, busybox.root)
        vmlinuz = _only(kernel.root, "boot/vmlinuz-*").read_bytes()
        replace(images.vmlinuz, vmlinuz)
        if images.vmlinux != images.vmlinuz:
            replace(images.vmlinux, uncompressed(vmlinuz))
        ramdisk = gzip.compress(content, compresslevel=9, mtime=0)
        # The kernel unpacks one archive after the other into the same root.
        more = gzip.compress(_nfs(architecture, kernel.root), compresslevel=9, mtime=0)
        replace(images.ramdisk, ramdisk)
        replace(images.nfs_ramdisk, ramdisk + more)
        replace(images.root, gzip.compress(_tar(content, work), compresslevel=9, mtime=0))
        recipe = _recipe(architecture)
        stamp = {"recipe": recipe, "kernel": kernel.version, "busybox": busybox.version}
        replace(folder / _STAMP, json.dumps(stamp, indent=1).encode())
    return images


def is_current(made: Path, ramdisk: Path) -> bool:
    """Whether what was made from a ramdisk is newer than it."""
    return made.is_file() and made.stat().st_mtime_ns >= ramdisk.stat().st_mtime_ns


def _ramdisk(architecture: Architecture, kernel: Path, busybox: Path) -> bytes:
    archive = Archive()
    for name in ("proc", "sys", "dev", "run", "root", "mnt", "var"):
        archive.folder(name)
    archive.folder("tmp", 0o1777)
    archive.character_device("dev/console", 5, 1)
    archive.character_device("dev/null", 1, 3, 0o666)
    program = (busybox / "bin/busybox").read_bytes()
    archive.file("bin/busybox", program, 0o755)
    # One folder for all commands under the four names that are used for it.
    archive.link("sbin", "bin")
    archive.link("usr/bin", "/bin")
    archive.link("usr/sbin", "/bin")
    for name in programs.commands(program):
        if name != "busybox":
            archive.link(f"bin/{name}", "busybox")
    archive.file("init", _guest("init"), 0o755)
    for name, content in _configuration(architecture).items():
        archive.file(f"etc/{name}", content)
    archive.file("etc/udhcpc.script", _guest("udhcpc.script"), 0o755)
    _add_drivers(archive, architecture, _only(kernel, "lib/modules/*"))
    return archive.bytes()


def _configuration(architecture: Architecture) -> dict[str, bytes]:
    return {
        "console": f"{architecture.console}\n".encode(),
        "hostname": f"{HOSTNAME}\n".encode(),
        "hosts": f"127.0.0.1 localhost {HOSTNAME}\n".encode(),
        "passwd": b"root:x:0:0:root:/root:/bin/sh\n",
        # No password: anyone at the console is root, as on any board fresh from a bench.
        "shadow": b"root::19000:0:99999:7:::\n",
        "group": b"root:x:0:\n",
        "os-release": b'ID=busybox\nPRETTY_NAME="Pumice demo board"\n',
        "profile": _guest("profile"),
    }


def _add_drivers(archive: Archive, architecture: Architecture, tree: Path) -> None:
    _list(archive, "order", _load_order(architecture.drivers, tree))


def _nfs(architecture: Architecture, kernel: Path) -> bytes:
    """What a ramdisk has for NFS beside what it has anyway."""
    tree = _only(kernel, "lib/modules/*")
    present = set(_load_order(architecture.drivers, tree))
    archive = Archive()
    _list(archive, "nfs", [path for path in _load_order(_NFS, tree) if path not in present])
    return archive.bytes()


def _load_order(drivers: tuple[str, ...], tree: Path) -> list[Path]:
    present = modules.builtin((tree / "modules.builtin").read_text())
    try:
        return modules.load_order(drivers, modules.index(tree), present)
    except modules.MissingModule as missing:
        raise ImageError(str(missing)) from missing


def _list(archive: Archive, name: str, files: list[Path]) -> None:
    """Add drivers, and their list in the order in which they are loaded."""
    for path in files:
        archive.file(f"lib/modules/{path.name}", path.read_bytes())
    archive.file(f"lib/modules/{name}", "".join(f"{path.name}\n" for path in files).encode())


def _tar(ramdisk: bytes, work: Path) -> bytes:
    """What a ramdisk holds, but for device nodes, as an archive of root's."""
    tree, archive = work / "tree", work / "root.tar"
    tree.mkdir()
    unpack(ramdisk, tree)
    same = ("--sort=name", "--mtime=@0", "--owner=0", "--group=0", "--numeric-owner")
    packages.run("tar", *same, "-C", str(tree), "-cf", str(archive), ".")
    return archive.read_bytes()


def _guest(name: str) -> bytes:
    return (resources.files("pumice.boards") / "guest" / name).read_bytes()


def _recipe(architecture: Architecture) -> str:
    """Changes whenever this code, the architecture's row or the guest's files do."""
    digest = hashlib.sha256(repr(architecture).encode())
    for name in ("init", "profile", "udhcpc.script"):
        digest.update(_guest(name))
    for name in ("images.py", "busybox.py", "kernel.py", "modules.py", "cpio.py"):
        digest.update((resources.files("pumice.boards") / name).read_bytes())
    return digest.hexdigest()


def _only(root: Path, pattern: str) -> Path:
    found = sorted(root.glob(pattern))
    if len(found) != 1:
        raise ImageError(f"the unpacked package has {len(found)} of {pattern}, not one")
    return found[0]


def replace(path: Path, content: bytes) -> None:
    """Write a file so that a reader sees the old one or the whole new one."""
    part = path.with_name(f".{path.name}.part")
    with part.open("wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    part.replace(path)


@contextmanager
def alone(folder: Path) -> Generator[None]:
    """Nobody else makes images in this folder during the block."""
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
