"""Android's boot images: what a board takes out is what was put in."""

from __future__ import annotations

import struct

import pytest

from pumice.boards.boot_image import BootImage, NotABootImage, read

MADE = BootImage(b"kernel" * 1000, b"ramdisk" * 1000, "console=ttyAMA0 root=/dev/vda")


def test_the_parts_are_those_that_were_packed() -> None:
    assert read(MADE.pack()) == MADE


def test_parts_begin_at_pages() -> None:
    image = MADE.pack()
    assert len(image) % 2048 == 0
    assert image[2048:].startswith(b"kernel")
    assert image[2048 * 4 :].startswith(b"ramdisk")


def test_arguments_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="more than 511 bytes"):
        BootImage(b"", b"", "x" * 512).pack()


@pytest.mark.parametrize(
    ("image", "why"),
    [
        (b"", "does not begin as one"),
        (b"x" * 4096, "does not begin as one"),
        (MADE.pack()[:4096], "cut off"),
        (MADE.pack()[:36] + struct.pack("<I", 7) + MADE.pack()[40:], "pages of 7 bytes"),
        (MADE.pack()[:40] + struct.pack("<I", 4) + MADE.pack()[44:], "version 4"),
    ],
)
def test_what_is_none_is_refused(image: bytes, why: str) -> None:
    with pytest.raises(NotABootImage, match=why):
        read(image)
