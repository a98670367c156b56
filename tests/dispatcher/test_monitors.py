"""Monitors: results are read from what a board prints by itself."""

from __future__ import annotations

from typing import Any

from pumice.dispatcher.test.monitors import case_name, suite_name
from pumice.testing.board import PROMPT
from pumice.testing.scripted_lab import Outcome, ScriptedLab


def monitor(**changes: Any) -> dict[str, Any]:
    return {
        "name": "Unit Tests",
        "start": "BEGIN",
        "end": r"END \d+",
        "pattern": r"(?P<result>\w+) - (?P<test_case_id>[\w. ]+)",
        **changes,
    }


def boot() -> dict[str, Any]:
    return {"boot": {"method": "monitor"}}


def watched(lab: ScriptedLab, *lines: str, **changes: Any) -> Outcome:
    lab.options = [f'--say "{line}"' for line in lines]
    test = {"test": {"monitors": [monitor(**changes)], "timeout": {"seconds": 5}}}
    return lab.run(lab.deploy(), boot(), test)


def test_results_between_start_and_end_are_reported(lab: ScriptedLab) -> None:
    outcome = watched(
        lab, "PASS - early", "BEGIN", "PASS - One.Two", "noise", "FAIL - three", "END 1", "PASS - z"
    )
    assert outcome.passed
    assert outcome.cases("unit-tests") == {"one_two": "pass", "three": "fail"}
    found = outcome.result("unit-tests", "one_two")
    assert outcome.records[found["starttc"]].msg == "PASS - One.Two"


def test_nothing_is_typed(lab: ScriptedLab) -> None:
    outcome = watched(lab, "BEGIN", "END 1")
    assert outcome.passed
    assert outcome.messages("input") == []


def test_words_become_results_as_the_job_says(lab: ScriptedLab) -> None:
    outcome = watched(
        lab, "BEGIN", "ok - one", "broken - two", "what - three", "SKIP - four", "END 1",
        fixupdict={"ok": "pass", "broken": "fail"},
    )  # fmt: skip
    assert outcome.cases("unit-tests") == {"one": "pass", "two": "fail", "four": "skip"}
    assert any("'what' of three is none of" in text for text in outcome.messages("warning"))


def test_measurements_are_kept_and_a_pattern_without_results_finds_what_is_right(
    lab: ScriptedLab,
) -> None:
    pattern = r"(?P<test_case_id>\w+): (?P<measurement>[\d.x]+) (?P<units>\w+)"
    outcome = watched(
        lab, "BEGIN", "speed: 12.5 MBps", "size: 1x x", "END 1", pattern=pattern
    )  # fmt: skip
    found = outcome.result("unit-tests", "speed")
    assert (found["result"], found["measurement"], found["units"]) == ("pass", "12.5", "MBps")
    assert "measurement" not in outcome.result("unit-tests", "size")


def test_a_result_in_the_line_of_the_end_counts(lab: ScriptedLab) -> None:
    pattern = r"(?P<result>PASS|FAIL) (?P<test_case_id>\w+)"
    outcome = watched(lab, "BEGIN", "PASS one END 1", pattern=pattern)
    assert outcome.cases("unit-tests") == {"one": "pass"}


def test_expected_cases_that_are_missing_or_others_failed(lab: ScriptedLab) -> None:
    outcome = watched(
        lab, "BEGIN", "PASS - one", "PASS - two", "END 1", expected=["one", "three"]
    )  # fmt: skip
    assert outcome.cases("unit-tests") == {"one": "pass", "two": "fail", "three": "fail"}


def test_an_end_that_does_not_come_is_the_tests_failure(lab: ScriptedLab) -> None:
    lab.options = ["--say BEGIN", '--say "PASS - one"']
    test = {"test": {"monitors": [monitor()], "timeout": {"seconds": 1}}}
    outcome = lab.run(lab.deploy(), boot(), test)
    assert outcome.end["error_type"] == "Test"
    assert "lava-test-monitor timed out" in outcome.end["error_msg"]
    assert outcome.cases("unit-tests") == {"one": "pass"}


def test_several_monitors_read_one_after_the_other(lab: ScriptedLab) -> None:
    lab.options = [f'--say "{text}"' for text in ("BEGIN", "PASS - a", "END 1", "NEXT", "ok b")]
    second = monitor(
        name="two", start="NEXT", end="board login", pattern=r"(?P<result>ok) (?P<test_case_id>\w)",
        fixupdict={"ok": "pass"},
    )  # fmt: skip
    test = {"test": {"monitors": [monitor(), second]}}
    outcome = lab.run(lab.deploy(), boot(), test)
    assert outcome.passed
    assert outcome.cases("unit-tests") == {"a": "pass"}
    assert outcome.cases("two") == {"b": "pass"}


def test_monitors_follow_a_login_too(lab: ScriptedLab) -> None:
    start = {"name": "start", "prompts": [PROMPT], "script": [
        {"command": "(sleep 1; echo BEGIN; echo PASS - one; echo END 1) &"},
    ]}  # fmt: skip
    outcome = lab.run(
        lab.deploy(),
        lab.boot(),
        {"test": {"interactive": [start]}},
        {"test": {"monitors": [monitor()]}},
    )
    assert outcome.cases("unit-tests") == {"one": "pass"}


def test_names_are_made_as_clients_know_them() -> None:
    assert suite_name("Zephyr Unit tests") == "zephyr-unit-tests"
    assert case_name(" Kernel: Test.One ") == "kernel_test_one"
