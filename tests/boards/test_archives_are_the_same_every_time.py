"""Archives of first root file systems: reproducible, whole, with what a kernel needs."""

from __future__ import annotations

import os
import stat
import subprocess
from pathlib import Path

from pumice.boards import cpio
from pumice.boards.cpio import Archive


def _archive() -> Archive:
    archive = Archive()
    archive.file("etc/deep/hostname", b"board\n")
    archive.file("bin/tool", b"#!/bin/sh\n", 0o755)
    archive.link("bin/other", "/bin/tool")
    archive.folder("tmp", 0o1777)
    return archive


def _unpack(archive: Archive, folder: Path) -> None:
    done = subprocess.run(
        ["busybox", "cpio", "-idm"], input=archive.bytes(), cwd=folder, capture_output=True
    )
    assert done.returncode == 0, done.stderr


def test_the_same_entries_give_the_same_bytes() -> None:
    assert _archive().bytes() == _archive().bytes()


def test_it_is_unpacked_without_a_program_and_without_device_nodes(tmp_path: Path) -> None:
    archive = _archive()
    archive.character_device("dev/console", 5, 1)
    cpio.unpack(archive.bytes(), tmp_path)
    assert (tmp_path / "etc/deep/hostname").read_bytes() == b"board\n"
    assert os.access(tmp_path / "bin/tool", os.X_OK)
    assert (tmp_path / "bin/other").readlink() == Path("/bin/tool")
    assert stat.S_IMODE((tmp_path / "tmp").stat().st_mode) == 0o1777
    assert list((tmp_path / "dev").iterdir()) == []


def test_files_links_and_folders_come_out_as_they_went_in(tmp_path: Path) -> None:
    _unpack(_archive(), tmp_path)
    assert (tmp_path / "etc/deep/hostname").read_bytes() == b"board\n"
    assert os.access(tmp_path / "bin/tool", os.X_OK)
    assert (tmp_path / "bin/other").readlink() == Path("/bin/tool")
    assert stat.S_IMODE((tmp_path / "tmp").stat().st_mode) == 0o1777


def test_the_times_of_entries_are_zero(tmp_path: Path) -> None:
    _unpack(_archive(), tmp_path)
    assert (tmp_path / "bin/tool").stat().st_mtime == 0


def test_a_device_node_needs_no_privilege_to_be_archived() -> None:
    archive = Archive()
    archive.character_device("dev/console", 5, 1)
    listed = subprocess.run(
        ["busybox", "cpio", "-tv"], input=archive.bytes(), capture_output=True, check=True
    )
    assert b"dev/console" in listed.stdout
    head = archive.bytes()
    entry = head.index(b"070701", 1)  # the first is the folder
    assert head[entry + 14 : entry + 22] == b"%08X" % (stat.S_IFCHR | 0o600)
    assert head[entry + 78 : entry + 94] == b"%08X%08X" % (5, 1)
