"""iPXE itself, which an emulated network card starts."""

from __future__ import annotations

from pumice.testing import qemu_boards

from .conftest import ARGUMENTS, BootloaderLab

LOAD = (
    "dhcp net0",
    f"kernel tftp://{{SERVER_IP}}/vmlinuz console=ttyS0 {ARGUMENTS}",
    "initrd tftp://{SERVER_IP}/ramdisk",
    "boot",
)


def test_it_boots_a_kernel_by_the_jobs_lines(lab: BootloaderLab) -> None:
    lab.dictionary = qemu_boards.ipxe_x86
    lab.serve()
    outcome = lab.run(lab.boot("ipxe", commands=list(LOAD)))
    assert outcome.passed
    assert outcome.result("lava", "login-action")["result"] == "pass"
    assert "(Ctrl-B)" in outcome.messages("input")


def test_it_runs_the_jobs_lines_as_a_script(lab: BootloaderLab) -> None:
    lab.dictionary = qemu_boards.ipxe_x86
    lab.serve()
    outcome = lab.run(lab.boot("ipxe", commands=list(LOAD), use_bootscript=True))
    assert outcome.passed, outcome.text
    typed = [text for text in outcome.messages("input") if "net0" in text or "tftp" in text]
    assert typed[0] == "dhcp net0"
    assert typed[1].startswith("chain tftp://10.0.2.2/")
    assert len(typed) == 2
    assert outcome.result("lava", "login-action")["result"] == "pass"
    assert sorted(path.name for path in lab.tftp.iterdir()) == ["ramdisk", "vmlinuz"]
