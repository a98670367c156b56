"""U-Boot itself: stopped at its prompt, given commands, and booted over TFTP."""

from __future__ import annotations

from typing import Any

import pytest

from pumice.testing import qemu_boards

from .conftest import ARGUMENTS, BootloaderLab

LOAD = (
    "setenv autoload no",
    "dhcp",
    "setenv serverip {SERVER_IP}",
    "tftp {KERNEL_ADDR} vmlinuz",
    "tftp {RAMDISK_ADDR} ramdisk",
    "setenv initrd_size ${filesize}",
    f"setenv bootargs 'console=ttyS0 {ARGUMENTS}'",
    "tftp {DTB_ADDR} {DTB}",
    "zboot {KERNEL_ADDR} 0 {RAMDISK_ADDR} ${initrd_size}",
)


@pytest.fixture(autouse=True)
def is_u_boot(lab: BootloaderLab) -> None:
    lab.dictionary = qemu_boards.uboot_x86


def prompt(*commands: str, **changes: Any) -> dict[str, Any]:
    action = {"method": "bootloader", "bootloader": "u-boot", "commands": list(commands)}
    return {"boot": {**action, **changes}}


def test_it_is_stopped_and_stays_at_its_prompt(lab: BootloaderLab) -> None:
    outcome = lab.run(prompt("setenv answer {LAVA_JOB_ID}", "echo the answer is ${answer}"))
    assert outcome.passed
    assert "the answer is 1" in outcome.messages("target")
    assert outcome.result("lava", "pdu-reboot")["result"] == "pass"
    assert outcome.result("lava", "bootloader-commands")["result"] == "pass"


def test_what_it_calls_an_error_is_the_labs_fault(lab: BootloaderLab) -> None:
    lines = ["setenv autoload no", "dhcp", "setenv serverip {SERVER_IP}", "tftp 0x1000000 missing"]
    outcome = lab.run(prompt(*lines))
    assert not outcome.passed
    assert outcome.end["error_type"] == "Infrastructure"
    assert "u-boot failed" in outcome.end["error_msg"]


def test_it_boots_a_kernel_by_the_jobs_lines(lab: BootloaderLab) -> None:
    lab.serve()
    outcome = lab.run(lab.boot(commands=list(LOAD)))
    assert outcome.passed
    assert outcome.result("lava", "login-action")["result"] == "pass"
    typed = outcome.messages("input")
    assert "setenv serverip 10.0.2.2" in typed
    assert not [line for line in typed if "DTB" in line]


def test_a_test_runs_on_what_was_deployed(lab: BootloaderLab) -> None:
    outcome = lab.run(lab.deploy(), lab.boot(), lab.test("lava-test-case kernel --shell uname -a"))
    assert outcome.passed
    assert outcome.cases("0_smoke") == {"kernel": "pass"}
    assert outcome.result("lava", "bootloader-overlay")["extra"]["kernel"] == "0x01000000"
    assert list(lab.tftp.iterdir()) == []


def test_it_runs_the_jobs_lines_as_a_script(lab: BootloaderLab) -> None:
    lab.serve()
    outcome = lab.run(lab.boot(commands=list(LOAD), use_bootscript=True))
    assert outcome.passed, outcome.end
    typed = outcome.messages("input")
    assert typed[1:4] == ["setenv autoload no", "dhcp", "setenv serverip 10.0.2.2"]
    assert "source 0x01000000" in typed
    assert not [line for line in typed if "bootargs" in line]
    assert outcome.result("lava", "login-action")["result"] == "pass"
    assert sorted(path.name for path in lab.tftp.iterdir()) == ["ramdisk", "vmlinuz"]
