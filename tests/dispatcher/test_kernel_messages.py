"""What the kernel says of itself: recorded, and a panic ends the job."""

from __future__ import annotations

from typing import Any

import pytest

from pumice.dispatcher.session import kernel
from pumice.testing.board import PANIC
from pumice.testing.scripted_lab import ScriptedLab

HOURS: dict[str, Any] = {"timeouts": {"job": {"hours": 1}, "action": {"minutes": 10}}}
"""A job that does not end by its time within a test's."""

WARNING = "[    1.5] WARNING: CPU: 0 PID: 1 at kernel/some.c:12 some_function+0x1/0x2"


def test_a_panic_at_boot_ends_the_job_at_once(lab: ScriptedLab) -> None:
    lab.options = ["--fault", "panics"]
    outcome = lab.run(lab.deploy(), lab.boot(timeout={"minutes": 10}), **HOURS)
    assert outcome.end["error_type"] == "Job"
    assert "Kernel panic - not syncing: VFS: Unable to mount root fs" in outcome.end["error_msg"]
    assert outcome.cases("lava")["kernel-messages"] == "fail"
    assert PANIC[-1] in outcome.messages("target"), "all of the panic is in the log"
    assert outcome.cases("lava")["power-off"] == "pass"


def test_a_panic_at_boot_ends_the_job_though_the_kernel_goes_on_talking(
    lab: ScriptedLab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kernel, "PATIENCE", 1.5)
    lab.options = ["--fault", "babbles"]
    outcome = lab.run(lab.deploy(), lab.boot(timeout={"minutes": 10}), **HOURS)
    assert outcome.end["error_type"] == "Job"
    assert "Kernel panic" in outcome.end["error_msg"]


def test_a_kernel_that_panics_again_and_again_in_a_test_ends_the_job(lab: ScriptedLab) -> None:
    text = "\\n".join(PANIC)
    boots = "for n in 1 2 3 4 5 6; do sleep 1; echo booting; done"
    outcome = lab.smoke(f"while true; do printf '{text}\\n'; {boots}; done", **HOURS)
    assert outcome.end["error_type"] == "Job"
    assert "Kernel panic" in outcome.end["error_msg"]


def test_a_panic_in_a_test_ends_the_job_within_seconds(lab: ScriptedLab) -> None:
    text = "\\n".join(PANIC)
    outcome = lab.smoke(f"printf '{text}\\n'; sleep 3600", **HOURS)
    assert outcome.end["error_type"] == "Job"
    assert "Kernel panic" in outcome.end["error_msg"]
    assert outcome.cases("lava")["lava-test-shell"] == "fail"


def test_an_old_panic_that_a_test_shows_is_none(lab: ScriptedLab) -> None:
    text = "\\n".join(PANIC)
    goes_on = "for i in 1 2 3 4; do sleep 1; echo $i; done"
    outcome = lab.smoke(f"printf '{text}\\n'", goes_on, "lava-test-case after --result pass")
    assert outcome.passed
    assert outcome.cases("0_smoke") == {"after": "pass"}


def test_a_warning_at_boot_is_a_finding_and_no_failure(lab: ScriptedLab) -> None:
    lab.options = ["--say", f'"{WARNING}"']
    outcome = lab.run(lab.deploy(), lab.boot())
    assert outcome.passed
    found = outcome.result("lava", "kernel-messages")
    assert found["result"] == "fail"
    (finding,) = found["extra"]
    assert (finding["kind"], finding["message"]) == ("warning", WARNING)
    assert outcome.records[finding["line"]].msg == WARNING


def test_a_warning_in_a_test_is_a_finding_of_its_own(lab: ScriptedLab) -> None:
    outcome = lab.smoke(f"echo '{WARNING}'")
    assert outcome.passed
    found = [r for r in outcome.results if r["case"] == "kernel-messages"]
    assert [(r["level"], r["result"]) for r in found] == [("2.2.1", "pass"), ("3.1", "fail")]


def test_a_job_may_ignore_what_the_kernel_says(lab: ScriptedLab) -> None:
    lab.options = ["--say", f'"{WARNING}"']
    outcome = lab.run(lab.deploy(), lab.boot(ignore_kernel_messages=True))
    assert outcome.passed
    assert "kernel-messages" not in outcome.cases("lava")
