"""Boards with a serial line over telnet and a power switch run their example jobs."""

from __future__ import annotations

import pytest

from .conftest import KindLab


@pytest.mark.parametrize("lab", ["uboot-arm64"], indirect=True)
def test_u_boot_of_arm64_loads_over_tftp(lab: KindLab) -> None:
    outcome = lab.run_example()
    assert outcome.passed, outcome.end
    assert outcome.cases("0_smoke") == {"kernel-version": "pass", "network": "pass"}
    assert "booti 0x40400000 ${initrd} 0x40000000" in outcome.messages("input")


@pytest.mark.parametrize("lab", ["fastboot"], indirect=True)
def test_fastboot_writes_and_boots(lab: KindLab) -> None:
    outcome = lab.run_example()
    assert outcome.passed, outcome.end
    cases = {"kernel-version": "pass", "root-is-the-partition": "pass"}
    assert outcome.cases("0_smoke") == cases
