"""``uefi`` of ``to: tmpfs``: QEMU starts with that firmware."""

from __future__ import annotations

from typing import Any

FIRMWARE = "/usr/share/ovmf/OVMF.fd"


def test_the_machine_starts_by_uefi(lab: Any) -> None:
    deploy = lab.deploy()
    # UEFI starts what a bootloader would, not the kernel's bare program.
    deploy["deploy"]["images"]["kernel"]["url"] = lab.images.vmlinuz.as_uri()
    deploy["deploy"]["uefi"] = {"url": f"file://{FIRMWARE}"}
    outcome = lab.run(deploy, lab.boot(), lab.test("lava-test-case up --result pass"))
    assert outcome.end == {"definition": "lava", "case": "job", "result": "pass"}
    assert outcome.cases("0_smoke") == {"up": "pass"}
    assert "efi: EFI v" in outcome.text


def test_a_job_says_once_which_firmware(lab: Any) -> None:
    deploy = lab.deploy()
    firmware = {"url": f"file://{FIRMWARE}"}
    deploy["deploy"]["uefi"] = firmware
    deploy["deploy"]["images"]["uefi"] = firmware
    outcome = lab.run(deploy)
    assert outcome.end["error_type"] == "Job"
    assert "no image can be named 'uefi' beside the firmware" in outcome.end["error_msg"]
