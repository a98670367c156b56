"""A real NFS server on a free port, and a board whose ramdisk mounts its root from there.

The ramdisk does what initramfs-tools and dracut do elsewhere: Debian's kernel has NFS as modules,
and no code of its own for a root over the network.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pumice.boards.images import BoardImages
from pumice.formats import yaml
from pumice.testing import nfs_server


@dataclass(frozen=True)
class NfsFiles:
    """A kernel, the ramdisk that mounts the root, and the root as an archive."""

    kernel: Path
    ramdisk: Path
    root: Path


@pytest.fixture(scope="session")
def nfs_files(board_images: BoardImages) -> NfsFiles:
    return NfsFiles(board_images.vmlinuz, board_images.nfs_ramdisk, board_images.root)


@pytest.fixture
def nfs(tmp_path: Path) -> Iterator[int]:
    """The port of an NFS server that serves the folder ``jobs``."""
    folder = tmp_path / "nfs"
    with nfs_server.running(folder) as port:
        yield port
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
