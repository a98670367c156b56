"""Images that need a program that is not installed: the error names it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pumice.boards import architectures, container, images, kinds, packages
from pumice.boards.errors import ImageError


def test_the_image_of_containers_needs_docker(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = images.place(images.default_folder(), architectures.native())
    made = images.make(place, architectures.native())
    (tmp_path / "boards").mkdir()
    for name in ("ramdisk.cpio.gz", "images.json"):
        shutil.copy(made.ramdisk.parent / name, tmp_path / "boards" / name)
    for path in (made.vmlinuz, made.vmlinux, made.nfs_ramdisk, made.root):
        (tmp_path / "boards" / path.name).touch()
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ImageError, match="docker is not installed"):
        container.make(tmp_path / "boards")


def test_firmware_is_named_with_its_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pumice.boards.kinds.uboot_arm64.FIRMWARE", tmp_path / "u-boot.bin")
    with pytest.raises(ImageError, match="install the package u-boot-qemu"):
        kinds.find("uboot-arm64").make(images.default_folder())


def test_a_program_that_fails_is_quoted() -> None:
    with pytest.raises(ImageError, match="ls: cannot access"):
        packages.run("ls", "/no/such/folder")


def test_a_machine_of_another_architecture_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.machine", lambda: "sparc64")
    with pytest.raises(ImageError, match="no images for sparc64"):
        architectures.native()
