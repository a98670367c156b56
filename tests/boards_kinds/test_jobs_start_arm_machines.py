"""Arm machines of 64 and 32 bits, which the job starts in QEMU."""

from __future__ import annotations

import pytest

from .conftest import KindLab


@pytest.mark.parametrize(
    ("lab", "machine"), [("arm64", "aarch64"), ("arm", "armv7l")], indirect=["lab"]
)
def test_the_kinds_example_job_passes(lab: KindLab, machine: str) -> None:
    outcome = lab.run_example()
    assert outcome.passed, outcome.end
    assert set(outcome.cases("0_smoke").values()) == {"pass"}
    assert any(machine in str(line) for line in outcome.messages("target"))
