"""Signals that are wrong, as boards and tests send them: said in the log, and harmless."""

from __future__ import annotations

import pytest

from pumice.testing.scripted_lab import ScriptedLab


def say(signal: str) -> str:
    """A step that prints a signal as a program of the test would."""
    return f"printf '%s\\n' '<LAVA_SIGNAL_{signal}>' | tee log"


@pytest.mark.parametrize(
    ("signal", "warning"),
    [
        ("TESTCASE RESULT=pass", "names no case"),
        ("TESTCASE TEST_CASE_ID= RESULT=pass", "names no case"),
        ("TESTCASE pass", "names no case"),
        ("TESTCASE TEST_CASE_ID=odd", "the result '' of odd"),
        ("TESTCASE TEST_CASE_ID=odd RESULT=maybe", "the result 'maybe' of odd"),
        ("TESTCASE TEST_CASE_ID=odd RESULT=PASSED RESULT=", "the result '' of odd"),
        ("TESTREFERENCE odd maybe http://x", "the result 'maybe' of odd"),
        ("STARTRUN 0_smoke 1_9.9", "not of a test of this stage"),
        ("STARTRUN 7_smoke 1_1.1.2.1", "not of a test of this stage"),
        ("STARTRUN 0_smoke", "not of a test of this stage"),
        ("ENDRUN 0_smoke 0", "not of a test of this stage"),
        ("ENDRUN a b c", "not of a test of this stage"),
        ("TESTSET BEGIN x", "is neither"),
    ],
)
def test_it_is_ignored_and_what_follows_counts(lab: ScriptedLab, signal: str, warning: str) -> None:
    outcome = lab.smoke(say(signal), "lava-test-case after --result pass")
    assert outcome.passed
    assert outcome.cases("0_smoke") == {"after": "pass"}
    assert outcome.cases("lava")["0_smoke"] == "pass"
    assert [text for text in outcome.messages("warning") if warning in text]


def test_a_signal_that_nobody_knows_is_left_alone(lab: ScriptedLab) -> None:
    outcome = lab.smoke(say("COLOUR red"), "lava-test-case after --result pass")
    assert outcome.cases("0_smoke") == {"after": "pass"}


def test_marks_without_a_result_or_without_their_pair_do_no_harm(lab: ScriptedLab) -> None:
    outcome = lab.smoke(
        say("STARTTC only-begun"),
        say("ENDTC only-ended"),
        "lava-test-case only-begun --result pass",
        "lava-test-case only-ended --result pass",
    )
    assert outcome.passed
    assert "endtc" not in outcome.result("0_smoke", "only-begun")
    assert "starttc" not in outcome.result("0_smoke", "only-ended")


def test_a_panic_in_the_middle_of_a_signal_ends_the_job_and_reports_no_case(
    lab: ScriptedLab,
) -> None:
    panic = "Kernel panic - not syncing: Fatal exception"
    outcome = lab.smoke(
        "lava-test-case before --result pass",
        "printf '<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=half RES' | tee log",
        f"printf '[    9.000001] %s\\n' '{panic}' | tee log; sleep 30",
    )
    assert not outcome.passed
    assert "Kernel panic" in outcome.text
    assert outcome.cases("0_smoke") == {"before": "pass"}
    assert outcome.cases("lava")["0_smoke"] == "fail"
    assert outcome.cases("lava")["kernel-messages"] == "fail"


def test_half_a_signal_at_the_end_of_the_test_is_none(lab: ScriptedLab) -> None:
    outcome = lab.smoke(
        "lava-test-case before --result pass",
        "printf '<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=half RESULT=pass' | tee log",
    )
    assert outcome.passed
    assert outcome.cases("0_smoke") == {"before": "pass"}
    assert outcome.cases("lava")["0_smoke"] == "pass"
