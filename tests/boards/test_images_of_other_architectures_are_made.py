"""Images of boards that the machine is not: made from Debian's packages of their architecture."""

from __future__ import annotations

import gzip
import subprocess
from pathlib import Path

import pytest

from pumice.boards import architectures, busybox, images, packages
from pumice.boards.errors import ImageError

# As the file's first bytes say it: "ARMd" at 56 of an arm64 Image, a number at 36 of a zImage
# (Documentation/arm64/booting.rst and arch/arm/boot/compressed/head.S of Linux).
KERNELS = {"arm64": (56, b"ARMd"), "arm": (36, bytes.fromhex("18286f01"))}


@pytest.mark.parametrize("name", list(KERNELS))
def test_kernel_and_commands_are_of_the_architecture(name: str) -> None:
    architecture = architectures.ALL[name]
    place = images.place(images.default_folder(), architecture)
    made = images.make(place, architecture)
    offset, magic = KERNELS[name]
    assert made.vmlinux.read_bytes()[offset:].startswith(magic)
    ramdisk = gzip.decompress(made.ramdisk.read_bytes())
    assert b"\nttyAMA0\n" in ramdisk.replace(b"\0", b"\n")
    assert b"bin/udhcpc\0" in ramdisk


def test_architectures_have_their_own_places() -> None:
    folder = images.default_folder()
    places = {images.place(folder, each) for each in architectures.ALL.values()}
    assert len(places) == len(architectures.ALL)


def test_a_program_tells_its_commands_without_being_run() -> None:
    program = "/bin/busybox"
    listed = subprocess.run([program, "--list"], check=True, capture_output=True, text=True).stdout
    assert busybox.commands(Path(program).read_bytes()) == listed.split()


def test_a_program_that_is_no_busybox_is_refused() -> None:
    with pytest.raises(ImageError, match="no table of its commands"):
        busybox.commands(Path("/bin/true").read_bytes())


def test_dpkgs_configuration_stays_as_it_is(tmp_path: Path) -> None:
    before = subprocess.run(
        ["dpkg", "--print-foreign-architectures"], check=True, capture_output=True
    ).stdout
    options = packages.lists("armhf", tmp_path)
    assert packages.dependency("linux-image-armmp", "linux-image-", options).endswith("-armmp")
    after = subprocess.run(
        ["dpkg", "--print-foreign-architectures"], check=True, capture_output=True
    ).stdout
    assert after == before
