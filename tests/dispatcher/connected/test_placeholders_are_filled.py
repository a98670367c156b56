"""The lines of a bootloader: what their placeholders become."""

from __future__ import annotations

import pytest

from pumice.dispatcher.session.placeholders import boot_command, filled, with_overlays

ADDRESSES = {"KERNEL_ADDR": "0x10", "RAMDISK_ADDR": "0x20", "DTB_ADDR": "0x30"}
FILES = {"KERNEL": "k", "RAMDISK": "r", "DTB": "d"}


def test_known_placeholders_become_their_values() -> None:
    lines = ["tftp {KERNEL_ADDR} {KERNEL}", "setenv size ${filesize}", "echo {UNKNOWN} {}"]
    values = {"KERNEL": "1/kernel", "KERNEL_ADDR": "0x10"}
    assert filled(lines, values) == ["tftp 0x10 1/kernel", *lines[1:]]


def test_a_line_with_one_that_is_empty_or_missing_is_left_out() -> None:
    lines = ["tftp {DTB_ADDR} {DTB}", "tftp {TEE_ADDR} {TEE}", "tftp {DTBO0}", "boot"]
    assert filled(lines, {"DTB_ADDR": "0x30", "DTB": ""}) == ["boot"]


def test_a_value_is_not_searched_for_placeholders() -> None:
    assert filled(["load {KERNEL}"], {"KERNEL": "{DTB}"}) == ["load {DTB}"]


def test_device_tree_overlays_are_applied_in_order() -> None:
    each = ["tftp {DTBO_ADDR} {DTBO}", "fdt apply {DTBO_ADDR}"]
    values = {"DTBO1": "b", "DTBO0": "a", "DTBO_ADDR": "0x9"}
    lines = with_overlays(["{APPLY_DTBO_COMMANDS}", "boot"], each, values)
    assert filled(lines, values) == [
        "tftp 0x9 a",
        "fdt apply 0x9",
        "tftp 0x9 b",
        "fdt apply 0x9",
        "boot",
    ]
    assert with_overlays(["{APPLY_DTBO_COMMANDS}", "boot"], each, {}) == ["boot"]


@pytest.mark.parametrize(
    ("kind", "files", "raw", "command"),
    [
        ("bootz", ("KERNEL", "RAMDISK", "DTB"), False, "bootz 0x10 0x20 0x30"),
        ("booti", ("KERNEL", "RAMDISK", "DTB"), True, "booti 0x10 0x20:${initrd_size} 0x30"),
        ("bootm", ("KERNEL", "DTB"), True, "bootm 0x10 - 0x30"),
        ("bootm", ("KERNEL", "RAMDISK"), False, "bootm 0x10 0x20"),
        ("bootm", ("KERNEL",), False, "bootm 0x10"),
        ("zboot", ("KERNEL", "RAMDISK"), True, "zboot 0x10 0 0x20 ${initrd_size}"),
    ],
)
def test_the_boot_command_names_what_was_loaded(
    kind: str, files: tuple[str, ...], raw: bool, command: str
) -> None:
    values = ADDRESSES | {name: FILES[name] for name in files}
    assert boot_command(kind, values, raw_ramdisk=raw) == command


def test_without_an_address_for_the_kernel_there_is_no_boot_command() -> None:
    assert boot_command("booti", FILES, raw_ramdisk=False) == ""
