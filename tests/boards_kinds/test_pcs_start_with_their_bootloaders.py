"""PCs with U-Boot, GRUB or iPXE behind a serial line run their example jobs."""

from __future__ import annotations

import pytest

from .conftest import KindLab

PASSED = {"kernel-version": "pass", "network": "pass"}


@pytest.mark.parametrize(
    ("lab", "typed"),
    [
        ("uboot-x86", "zboot 0x01000000 0 0x04000000 ${initrd_size}"),
        ("grub-uefi", "insmod tftp"),
        ("ipxe", "dhcp net0"),
    ],
    indirect=["lab"],
)
def test_it_loads_over_tftp(lab: KindLab, typed: str) -> None:
    outcome = lab.run_example()
    assert outcome.passed, outcome.end
    assert outcome.cases("0_smoke") == PASSED
    assert typed in outcome.messages("input")
    assert outcome.result("lava", "power-off")["result"] == "pass"
    assert list(lab.board.tftp.iterdir()) == []
