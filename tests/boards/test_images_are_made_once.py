"""The demo board's images: made where they are missing, by one of several, and then left alone."""

from __future__ import annotations

import fcntl
import shutil
import threading
from pathlib import Path

import pytest

from pumice.boards import images
from pumice.boards.errors import ImageError
from pumice.boards.images import BoardImages


@pytest.fixture
def made(tmp_path: Path) -> BoardImages:
    """A copy of this machine's images, in a folder of its own."""
    folder = tmp_path / "boards"
    folder.mkdir()
    there = images.make(images.default_folder())
    stamp = there.ramdisk.parent / "images.json"
    files = (there.vmlinuz, there.vmlinux, there.ramdisk, there.nfs_ramdisk, there.root, stamp)
    for path in files:
        shutil.copy(path, folder)
    return images.make(folder)


def test_images_that_are_there_need_no_program(
    made: BoardImages, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    before = made.ramdisk.stat().st_mtime_ns
    assert images.make(made.ramdisk.parent) == made
    assert made.ramdisk.stat().st_mtime_ns == before


@pytest.mark.parametrize(
    "name",
    [
        *("vmlinux", "vmlinuz", "ramdisk.cpio.gz", "ramdisk-nfs.cpio.gz", "root.tar.gz"),
        "images.json",
    ],
)
def test_what_is_missing_is_made_again(
    made: BoardImages, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    (made.ramdisk.parent / name).unlink()
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ImageError, match="dpkg is not installed"):
        images.make(made.ramdisk.parent)


def test_images_of_another_recipe_are_made_again(
    made: BoardImages, monkeypatch: pytest.MonkeyPatch
) -> None:
    stamp = made.ramdisk.parent / "images.json"
    stamp.write_text(stamp.read_text().replace('"recipe": "', '"recipe": "0'))
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ImageError):
        images.make(made.ramdisk.parent)


def test_an_error_names_the_program_and_what_it_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "apt-cache"
    program.write_text("#!/bin/sh\necho 'E: No packages found' >&2\nexit 100\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    with pytest.raises(ImageError, match=r"apt-cache depends.*No packages found"):
        images.make(tmp_path / "boards")


def test_a_second_maker_waits_for_the_first(made: BoardImages) -> None:
    answers: list[BoardImages] = []
    folder = made.ramdisk.parent
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        second = threading.Thread(target=lambda: answers.append(images.make(folder)))
        second.start()
        second.join(0.2)
        assert answers == []
    second.join(10)
    assert answers == [made]


def test_what_a_killed_maker_left_is_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = tmp_path / ".making-1"
    (left / "k").mkdir(parents=True)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ImageError):
        images.make(tmp_path)
    assert not left.exists()
