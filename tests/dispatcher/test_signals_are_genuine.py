"""Signals count only where they can be genuine."""

from __future__ import annotations

import pytest

from pumice.dispatcher.session.signals import genuine
from pumice.testing.scripted_lab import ScriptedLab


@pytest.mark.parametrize(
    "before",
    [
        "",
        "half a line ",
        "[   12.345678] ",
        "[   12.345678] usb 1-1: new device",
        "a + b = ",
        "<0>",
    ],
)
def test_a_signal_may_come_after_anything(before: str) -> None:
    assert genuine(before, "TEST_CASE_ID=a RESULT=pass")


@pytest.mark.parametrize(
    "before",
    [
        "+ echo '",
        "+ echo ",
        "++ printf ",
        "[    1.000000] + echo '",
        '    echo "',
        "  - echo ",
        "half a line+ echo '",
        "trap 'echo \"",
        "printf '",
        'echo -n "',
    ],
)
def test_a_signal_that_a_trace_or_a_script_shows_is_none(before: str) -> None:
    assert not genuine(before, "TEST_CASE_ID=a RESULT=pass")


@pytest.mark.parametrize("text", ["$TESTRUN_ID $UUID", "TEST_CASE_ID=$1 RESULT=x", "$?", "${X} y"])
def test_a_signal_with_unexpanded_variables_is_none(text: str) -> None:
    assert not genuine("", text)


def test_scripts_that_are_shown_change_nothing(lab: ScriptedLab) -> None:
    outcome = lab.smoke(
        f"cat {lab.root}/lava-1/0/tests/0_smoke/run.sh",
        f"cat {lab.root}/lava-1/bin/*",
        f"cat {lab.root}/lava-1/0/tests/0_smoke/testdef.yaml",
        "lava-test-case real --result pass",
        "sh -xc 'echo \"<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=direct RESULT=pass>\"'",
    )
    assert outcome.passed
    cases = [(r["case"], r["result"]) for r in outcome.results if r["definition"] == "0_smoke"]
    assert cases == [("real", "pass"), ("direct", "pass")]
    assert outcome.cases("lava")["0_smoke"] == "pass"


def test_a_run_that_is_not_of_this_job_changes_nothing(lab: ScriptedLab) -> None:
    outcome = lab.smoke(
        "printf '%s\\n' '<LAVA_SIGNAL_STARTRUN 0_other 9_1.2>' | tee log",
        "printf '%s\\n' '<LAVA_SIGNAL_ENDRUN 0_smoke 9_1.1.1.1>' | tee log",
        "lava-test-case after --result pass",
    )
    assert outcome.passed
    assert outcome.cases("0_smoke") == {"after": "pass"}
    assert len({m for m in outcome.messages("warning") if "not of a test of this stage" in m}) == 2
    assert outcome.result("lava", "0_smoke")["result"] == "pass"


def test_a_signal_in_the_middle_of_a_line_counts(lab: ScriptedLab) -> None:
    signal = "<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=inside RESULT=pass>"
    outcome = lab.smoke(f"printf '[   12.345678] usb: %s and more\\n' '{signal}' | tee log")
    assert outcome.cases("0_smoke") == {"inside": "pass"}
