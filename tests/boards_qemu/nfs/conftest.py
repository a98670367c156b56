"""A real NFS server on a free port, and a board whose ramdisk mounts its root from there.

The ramdisk does what initramfs-tools and dracut do elsewhere: Debian's kernel has NFS as modules,
and no code of its own for a root over the network.
"""

from __future__ import annotations

import gzip
import os
import shutil
import socket
import subprocess
import tarfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pumice.boards import modules, packages
from pumice.boards.cpio import Archive
from pumice.boards.images import KERNEL_PACKAGE, BoardImages
from pumice.formats import yaml

DRIVERS = ("virtio_net", "virtio_pci", "e1000", "nfsv4")
INIT = """#!/bin/sh
PATH=/sbin:/usr/sbin:/bin:/usr/bin
export PATH
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
while read -r module; do insmod "/lib/modules/$module"; done < /lib/modules/order
ip link set lo up
udhcpc -q -i eth0 -s /etc/udhcpc.script
for word in $(cat /proc/cmdline); do
    case $word in nfsroot=*) root=${word#nfsroot=} ;; esac
done
server=${root%%:*}
path=${root#*:}
mount -t nfs4 -o "addr=$server,vers=4.1,${path#*,}" "$server:${path%%,*}" /mnt
umount /proc /sys /dev
exec switch_root /mnt /init
"""

GANESHA = """
NFS_CORE_PARAM {{
    NFS_Port = {port};
    Bind_addr = 127.0.0.1;
    Protocols = 4;
    Enable_NLM = false;
    Enable_RQUOTA = false;
    Enable_UDP = false;
}}
NFSV4 {{
    Graceless = true;
    RecoveryRoot = {folder}/recovery;
    Only_Numeric_Owners = true;
}}
EXPORT {{
    Export_Id = 1;
    Path = {folder}/jobs;
    Pseudo = {folder}/jobs;
    Access_Type = RW;
    Squash = No_Root_Squash;
    SecType = sys;
    Protocols = 4;
    Transports = TCP;
    FSAL {{ Name = VFS; }}
}}
"""


@dataclass(frozen=True)
class NfsFiles:
    """A kernel, the ramdisk that mounts the root, and the root as an archive."""

    kernel: Path
    ramdisk: Path
    root: Path


@pytest.fixture(scope="session")
def nfs_files(tmp_path_factory: pytest.TempPathFactory, board_images: BoardImages) -> NfsFiles:
    folder = tmp_path_factory.mktemp("nfs")
    package = packages.unpack(packages.dependency(KERNEL_PACKAGE, "linux-image-"), folder / "k")
    (kernel,) = package.root.glob("boot/vmlinuz-*")
    root = folder / "root"
    root.mkdir()
    whole = gzip.decompress(board_images.ramdisk.read_bytes())
    command = ["cpio", "--extract", "--make-directories", "--quiet"]
    subprocess.run(command, input=whole, cwd=root, check=True)
    # A ramdisk and a root differ in what they do first.
    shutil.rmtree(root / "lib/modules")
    init = root.joinpath("init").read_text()
    root.joinpath("init").unlink()
    ramdisk = folder / "ramdisk.cpio.gz"
    ramdisk.write_bytes(gzip.compress(mounting(root, package.root), 1))
    # The network and the drivers are there when the root's own init runs.
    root.joinpath("init").write_text(init.replace("[ -d /sys/class/net/eth0 ]", "false"))
    root.joinpath("init").chmod(0o755)
    root.joinpath("lib/modules").mkdir()
    root.joinpath("lib/modules/order").touch()
    with tarfile.open(folder / "root.tar.xz", "w:xz", preset=0) as tar:
        tar.add(root, ".")
    return NfsFiles(kernel, ramdisk, folder / "root.tar.xz")


def mounting(root: Path, package: Path) -> bytes:
    """A ramdisk with the programs of a root, which mounts another over NFS."""
    (tree,) = package.glob("lib/modules/*")
    present = modules.builtin((tree / "modules.builtin").read_text())
    drivers = modules.load_order(DRIVERS, modules.index(tree), present)
    archive = Archive()
    for name in ("proc", "sys", "dev", "mnt"):
        archive.folder(name)
    archive.character_device("dev/console", 5, 1)
    for path in root.rglob("*"):
        name = str(path.relative_to(root))
        if path.is_symlink():
            archive.link(name, str(path.readlink()))
        elif path.is_file():
            archive.file(name, path.read_bytes(), path.stat().st_mode & 0o777)
    archive.file("init", INIT.encode(), 0o755)
    for path in drivers:
        archive.file(f"lib/modules/{path.name}", path.read_bytes())
    archive.file("lib/modules/order", "".join(f"{path.name}\n" for path in drivers).encode())
    return archive.bytes()


@pytest.fixture
def nfs(tmp_path: Path) -> Iterator[int]:
    """The port of an NFS server that serves the folder ``jobs``."""
    folder = tmp_path / "nfs"
    for name in ("jobs", "recovery"):
        (folder / name).mkdir(parents=True)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    configuration = folder / "ganesha.conf"
    configuration.write_text(GANESHA.format(port=port, folder=folder))
    command = [
        "ganesha.nfsd",
        "-F",
        "-L",
        folder / "log",
        "-f",
        configuration,
        "-p",
        folder / "pid",
    ]
    server = subprocess.Popen(command)
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and server.poll() is None:
        with socket.socket() as client:
            if client.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.05)
    else:
        raise AssertionError((folder / "log").read_text())
    yield port
    server.terminate()
    server.wait(20)
    assert list((folder / "jobs").iterdir()) == [], "the job's files are left behind"


def settings(lab: Any, **more: Any) -> None:
    """Tell the lab that its jobs' folder is the one that is served."""
    lab.dispatcher += yaml.dump({"dispatcher_download_dir": str(lab.folder / "nfs/jobs"), **more})


@pytest.fixture
def nfs_uboot(uboot: Any, nfs: int, nfs_files: NfsFiles) -> Any:
    settings(uboot)
    uboot.nfs, uboot.files = nfs, nfs_files
    return uboot


@pytest.fixture
def nfs_qemu(lab: Any, nfs: int, nfs_files: NfsFiles) -> Any:
    settings(lab, dispatcher_nfs_ip="10.0.2.2")
    lab.nfs, lab.files = nfs, nfs_files
    return lab


# This host's kernel may have no NFS: then what the server would give is shown at its place.
MOUNT = """#!/bin/sh
if [ "$1 $2" = "-t nfs" ] && ! grep -qw nfs /proc/filesystems; then
    exec {mount} --bind "${{5#*:}}" "$6"
fi
exec {mount} "$@"
"""


@pytest.fixture
def mount(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A ``mount`` that needs no NFS of this host's kernel."""
    program = tmp_path / "programs/mount"
    program.parent.mkdir()
    program.write_text(MOUNT.format(mount=shutil.which("mount")))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=os.pathsep)
