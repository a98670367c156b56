"""iPXE itself, which an emulated network card starts."""

from __future__ import annotations

from pumice.boards import dictionary

from .conftest import ARGUMENTS, BootloaderLab

LOAD = (
    "dhcp net0",
    f"kernel tftp://{{SERVER_IP}}/vmlinuz console=ttyS0 {ARGUMENTS}",
    "initrd tftp://{SERVER_IP}/ramdisk",
    "boot",
)


def test_it_boots_a_kernel_by_the_jobs_lines(lab: BootloaderLab) -> None:
    lab.dictionary = dictionary.ipxe_x86
    lab.serve()
    outcome = lab.run(lab.boot("ipxe", commands=list(LOAD)))
    assert outcome.passed
    assert outcome.result("lava", "login-action")["result"] == "pass"
    assert "(Ctrl-B)" in outcome.messages("input")
