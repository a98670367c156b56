"""Which device nodes belong to a board, by its USB numbers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pumice.dispatcher.host import usb


@pytest.fixture
def sysfs(tmp_path: Path) -> Path:
    """Two devices on one bus; the first has a serial adapter."""
    _device(tmp_path, "1-1", "0A1B", "18d1", "4ee0", "bus/usb/001/004")
    adapter = tmp_path / "devices" / "1-1" / "1-1:1.0" / "ttyUSB0"
    adapter.mkdir(parents=True)
    adapter.joinpath("uevent").write_text("MAJOR=188\nMINOR=0\nDEVNAME=ttyUSB0\n")
    _device(tmp_path, "1-2", "ffff", "18d1", "d00d", "bus/usb/001/005")
    return tmp_path


def _device(sysfs: Path, name: str, serial: str, vendor: str, product: str, node: str) -> None:
    folder = sysfs / "devices" / name
    folder.mkdir(parents=True)
    for file, value in (("serial", serial), ("idVendor", vendor), ("idProduct", product)):
        folder.joinpath(file).write_text(f"{value}\n")
    folder.joinpath("uevent").write_text(f"MAJOR=189\nDEVNAME={node}\n")
    listed = sysfs / "bus" / "usb" / "devices"
    listed.mkdir(parents=True, exist_ok=True)
    listed.joinpath(name).symlink_to(folder)


FIRST = ["/dev/bus/usb/001/004", "/dev/ttyUSB0"]
SECOND = ["/dev/bus/usb/001/005"]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ([{"board_id": "0a1b"}], FIRST),
        ([{"usb_vendor_id": "18d1", "usb_product_id": "d00d"}], SECOND),
        ([{"usb_vendor_id": "18D1"}], [*FIRST, *SECOND]),
        ([{"board_id": "ffff"}, {"board_id": "0a1b"}], [*FIRST, *SECOND]),
        ([{"board_id": "ffff", "usb_product_id": "4ee0"}], []),
        ([{"board_id": "none"}], []),
        ([{}, {"fs_label": "BOOT"}], []),
    ],
)
def test_a_device_matches_by_all_keys_that_are_given(
    sysfs: Path, wanted: list[dict[str, Any]], found: list[str]
) -> None:
    assert usb.nodes(wanted, sysfs) == found


def test_a_host_without_usb_has_none(tmp_path: Path) -> None:
    assert usb.nodes([{"board_id": "1"}], tmp_path) == []
