"""KVM counts as working when a guest runs on it, and in no other case.

A test machine rarely has KVM, so emulation stands in for an accelerator that works, and a program
in QEMU's place for those that do not.
"""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from pumice.boards import images, kvm

EMULATION = ("-accel", "tcg")


def _qemu(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    program = folder / "qemu-system-x86_64"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")


def test_an_accelerator_that_runs_the_probe_works() -> None:
    assert kvm.works(accelerator=EMULATION)


def test_an_accelerator_that_also_boots_the_kernel_works() -> None:
    board = images.make(images.default_folder())
    assert kvm.works(board.vmlinux, EMULATION)


def test_an_accelerator_that_qemu_does_not_know_does_not_work() -> None:
    assert not kvm.works(accelerator=("-accel", "none-such"))


def test_a_qemu_that_ends_without_running_the_guest_does_not_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _qemu(tmp_path, monkeypatch, "exit 0")
    assert not kvm.works(accelerator=EMULATION)


def test_a_guest_that_hangs_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _qemu(tmp_path, monkeypatch, "exec sleep 60")
    begun = time.monotonic()
    assert not kvm.works(accelerator=EMULATION)
    assert time.monotonic() - begun < 10


def test_a_kernel_that_never_says_its_name_does_not_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _qemu(tmp_path, monkeypatch, 'case "$*" in *-kernel*) echo Booting;; *) exit 33;; esac')
    assert kvm.works(accelerator=EMULATION)
    assert not kvm.works(tmp_path / "vmlinux", EMULATION)


def test_a_missing_qemu_does_not_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not kvm.works(accelerator=EMULATION)
