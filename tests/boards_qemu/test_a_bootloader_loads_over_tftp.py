"""A real U-Boot loads a kernel and a ramdisk with the tests over TFTP, and the tests run."""

from __future__ import annotations

from typing import Any


def test_a_job_whose_board_loads_over_tftp_completes(uboot: Any) -> None:
    test = uboot.test("lava-test-case uname --shell uname -a", "lava-test-case sum --shell test 1")
    outcome = uboot.run(uboot.deploy(), uboot.boot(), test)
    assert outcome.end == {"definition": "lava", "case": "job", "result": "pass"}
    assert outcome.cases("0_smoke") == {"uname": "pass", "sum": "pass"}
    assert list(uboot.tftp.iterdir()) == [], "files are left in the TFTP server's folder"
