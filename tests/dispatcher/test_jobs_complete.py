"""A job that goes well: its results, its log, its plan."""

from __future__ import annotations

from pumice.testing.scripted_lab import ScriptedLab


def test_a_smoke_job_passes(lab: ScriptedLab) -> None:
    outcome = lab.smoke("lava-test-case one --shell true", "lava-test-case two --shell false")
    assert outcome.passed
    assert outcome.end == {"definition": "lava", "case": "job", "result": "pass"}
    assert outcome.cases("0_smoke") == {"one": "pass", "two": "fail"}
