"""Ramdisks get the overlay and the kernel's modules, in the packing that they have."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import subprocess
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import zstandard

from pumice.boards.cpio import Archive
from pumice.dispatcher.overlay import ramdisk


def unpacked(data: bytes, folder: Path) -> set[str]:
    """The paths that cpio finds in the archives of a ramdisk, one after the other."""
    folder.mkdir()
    while data.strip(b"\x00"):
        data = data.lstrip(b"\x00")
        command = ["cpio", "--extract", "--make-directories", "--quiet"]
        subprocess.run(command, input=data, cwd=folder, check=True)
        end = data.index(b"TRAILER!!!") + 14
        data = data[end:]
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


def content() -> bytes:
    archive = Archive()
    archive.file("usr/lib/libc.so", b"libc")
    archive.link("lib", "usr/lib")
    return archive.bytes()


def modules() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name in ("lib", "lib/modules"):
            folder = tarfile.TarInfo(name)
            folder.type = tarfile.DIRTYPE
            tar.addfile(folder)
        file = tarfile.TarInfo("lib/modules/net.ko")
        file.size = 6
        tar.addfile(file, io.BytesIO(b"module"))
    return out.getvalue()


PACKINGS: dict[str, tuple[Callable[[bytes], bytes], Callable[[bytes], bytes]]] = {
    "gz": (gzip.compress, gzip.decompress),
    "bz2": (bz2.compress, bz2.decompress),
    "xz": (lzma.compress, lzma.decompress),
    "zstd": (
        zstandard.compress,
        lambda data: (
            zstandard.ZstdDecompressor()
            .stream_reader(io.BytesIO(data), read_across_frames=True)
            .read()
        ),
    ),
}


@pytest.mark.parametrize("packing", PACKINGS)
def test_what_is_added_is_packed_as_the_ramdisk_is(packing: str, tmp_path: Path) -> None:
    pack, unpack = PACKINGS[packing]
    path = tmp_path / "ramdisk"
    path.write_bytes(pack(content()))
    with ramdisk.added(path) as archive:
        archive.file("lib/modules/net.ko", b"module")
    found = unpacked(unpack(path.read_bytes()), tmp_path / "root")
    assert (tmp_path / "root/usr/lib/modules/net.ko").read_bytes() == b"module"
    assert found >= {"lib", "usr/lib/libc.so", "usr/lib/modules/net.ko"}


def test_modules_do_not_replace_the_folders_that_links_stand_for(tftp: Any) -> None:
    outcome = tftp.smoke(
        "true",
        modules=tftp.file("modules.tar", modules()),
        ramdisk=tftp.file("ramdisk.cpio", content()),
    )
    assert outcome.end["result"] == "pass"
    root = tftp.folder / "root"
    found = unpacked(tftp.loaded["ramdisk/ramdisk.cpio"].read_bytes(), root)
    assert root.joinpath("lib").is_symlink()
    assert root.joinpath("lib/modules/net.ko").read_bytes() == b"module"
    assert "usr/lib/libc.so" in found


def test_a_job_says_what_is_not_put_into_the_ramdisk(tftp: Any) -> None:
    source = {**tftp.file("ramdisk.cpio", content()), "install_modules": False}
    boot = {"boot": {"method": "qemu", "prompts": ["board:~# "]}}
    deploy = tftp.deploy(
        modules=tftp.file("modules.tar", modules()), ramdisk={**source, "install_overlay": False}
    )
    tftp.run(deploy, boot)
    assert tftp.loaded["ramdisk/ramdisk.cpio"].read_bytes() == content()


def test_ubootss_header_is_taken_off_and_put_on_again(tftp: Any) -> None:
    tftp.deploy_parameters = {"add_header": "u-boot", "mkimage_arch": "arm64"}
    plain, image = tftp.folder / "plain", tftp.folder / "ramdisk.uboot"
    plain.write_bytes(content())
    command = ["mkimage", "-A", "arm64", "-T", "ramdisk", "-C", "none", "-d", plain, image]
    subprocess.run(command, check=True, capture_output=True)
    source = {**tftp.file("ramdisk.cpio.uboot", image.read_bytes()), "header": "u-boot"}
    outcome = tftp.smoke("lava-test-case headed --result pass", ramdisk=source)
    assert outcome.cases("0_smoke") == {"headed": "pass"}
    data = tftp.loaded["ramdisk/ramdisk.cpio.uboot"].read_bytes()
    assert data.startswith(b"\x27\x05\x19\x56")
    assert data[64:].startswith(content())


def test_a_header_that_is_not_there_is_the_jobs_mistake(tftp: Any) -> None:
    source = {**tftp.file("ramdisk.cpio", content()), "header": "u-boot"}
    outcome = tftp.smoke("true", ramdisk=source)
    assert outcome.end["error_type"] == "Job"
    assert "has no U-Boot header" in outcome.end["error_msg"]
