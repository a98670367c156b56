"""Interactive tests: commands at a prompt, and answers that are right or wrong."""

from __future__ import annotations

import time
from typing import Any

import pytest

from pumice.testing.board import PANIC, PROMPT
from pumice.testing.scripted_lab import Outcome, ScriptedLab


def ask(*lines: dict[str, Any], name: str = "ask", **changes: Any) -> dict[str, Any]:
    script = {"name": name, "prompts": [PROMPT], "script": list(lines), **changes}
    return {"test": {"interactive": [script]}}


def asked(lab: ScriptedLab, *lines: dict[str, Any], **changes: Any) -> Outcome:
    return lab.run(lab.deploy(), lab.boot(), ask(*lines, **changes))


def test_commands_are_judged_by_their_answers(lab: ScriptedLab) -> None:
    right = [{"message": r"sum=\d+"}]
    wrong = [{"message": "not found"}]
    outcome = asked(
        lab,
        {"name": "sum", "command": "echo sum=$((20+22))", "successes": right, "failures": wrong},
        {"name": "typo", "command": "no-such-command", "successes": right, "failures": wrong},
        {"name": "silent", "command": "true", "successes": right},
        {"name": "any", "command": "true"},
        {"command": "echo the end"},
    )
    assert outcome.passed
    cases = {"sum": "pass", "typo": "fail", "silent": "fail", "any": "pass"}
    assert outcome.cases("0_ask") == cases
    assert outcome.cases("lava")["0_ask"] == "pass"
    reasons = {
        r["case"]: r["extra"]["reason"]
        for r in outcome.results
        if r["definition"] == "0_ask" and "extra" in r
    }
    assert reasons["typo"] == "the board said 'not found'"
    assert "before any of the answers" in reasons["silent"]


def test_a_case_names_the_records_of_its_command_and_of_its_answer(lab: ScriptedLab) -> None:
    line = {"name": "sum", "command": "echo sum=$((20+22))", "successes": [{"message": "sum=42"}]}
    outcome = asked(lab, {"command": "true"}, line)
    case = outcome.result("0_ask", "sum")
    assert outcome.records[case["starttc"]].msg == "echo sum=$((20+22))"
    assert outcome.records[case["endtc"]].msg == "sum=42"


def test_a_prompt_that_was_printed_before_is_not_the_commands_end(lab: ScriptedLab) -> None:
    slow = {"name": "slow", "command": "sleep 1; echo done=$((1))"}
    after = {"name": "after", "command": "true"}
    outcome = lab.run(
        lab.deploy(), lab.boot(), lab.test("echo ' board:~# '"), ask(slow, after, name="late")
    )
    assert outcome.passed
    texts = [str(line.msg) for line in outcome.records]
    typed = [index for index, text in enumerate(texts) if text == "true"]
    assert texts.index("done=1") < typed[0]
    assert set(outcome.cases("1_late").values()) == {"pass"}


def test_an_unnamed_command_that_fails_ends_the_job(lab: ScriptedLab) -> None:
    wrong = [{"message": "oh no"}]
    outcome = asked(lab, {"command": "echo oh  no | tr -s ' '", "failures": wrong}, {"command": ""})
    assert outcome.end["error_type"] == "Test"
    assert "the board said 'oh no'" in outcome.end["error_msg"]
    assert outcome.cases("lava")["0_ask"] == "fail"


@pytest.mark.parametrize(
    ("exception", "kind"),
    [("InfrastructureError", "Infrastructure"), ("JobError", "Job"), ("TestError", "Test")],
)
def test_a_failure_may_end_the_job_with_an_error_of_its_own(
    lab: ScriptedLab, exception: str, kind: str
) -> None:
    wrong = [{"message": "no=1", "exception": exception, "error": "the network is down"}]
    outcome = asked(lab, {"name": "ping", "command": "echo no=$((1))", "failures": wrong})
    assert (outcome.end["error_type"], outcome.end["error_msg"]) == (kind, "the network is down")
    assert outcome.result("0_ask", "ping")["result"] == "fail"


def test_what_a_pattern_names_is_known_to_later_commands(lab: ScriptedLab) -> None:
    lab.job_id = "77"
    outcome = asked(
        lab,
        {"command": "echo a=$((40+2)).", "successes": [{"message": r"a=(?P<ANSWER>\d+)\."}]},
        {"command": "echo '{ANSWER} {JOB_ID} {unknown}' ${HOME:+x}"},
    )
    assert outcome.passed
    assert "42 77 {unknown} x" in outcome.messages("target")


def test_an_echo_that_is_discarded_is_no_answer(lab: ScriptedLab) -> None:
    line = {
        "name": "one",
        "command": "expr 1 = 2 # yes",
        "successes": [{"message": "yes"}],
    }
    assert asked(lab, line, echo="discard").cases("0_ask") == {"one": "fail"}


def test_a_line_may_wait_without_typing_and_type_without_waiting(lab: ScriptedLab) -> None:
    began = time.monotonic()
    outcome = asked(
        lab,
        {"command": "sleep 1; echo up=$((1))", "wait_for_prompt": False},
        {"name": "up", "command": None, "successes": [{"message": "up=1"}]},
        {"delay": 1},
        {"command": "true", "delay": 0},
    )
    assert outcome.passed
    assert outcome.cases("0_ask") == {"up": "pass"}
    assert time.monotonic() - began > 2


def test_an_answer_that_does_not_come_fails_the_case_and_the_job(lab: ScriptedLab) -> None:
    test = ask({"name": "never", "command": "sleep 60", "successes": [{"message": "never="}]})
    test["test"]["timeout"] = {"seconds": 1}
    outcome = lab.run(lab.deploy(), lab.boot(), test)
    assert outcome.end["error_type"] == "Test"
    assert "timed out" in outcome.end["error_msg"]
    assert outcome.result("0_ask", "never")["extra"]["reason"] == "no answer came in time"


def test_expected_cases_that_are_missing_or_others_failed(lab: ScriptedLab) -> None:
    outcome = asked(
        lab,
        {"name": "one", "command": "true"},
        {"name": "two", "command": "true"},
        expected=["one", "three"],
    )
    assert outcome.cases("0_ask") == {"one": "pass", "two": "fail", "three": "fail"}


def test_a_panic_ends_an_interactive_test_at_once(lab: ScriptedLab) -> None:
    began = time.monotonic()
    text = "\\n".join(PANIC)
    outcome = asked(lab, {"name": "crash", "command": f"printf '{text}\\n'; sleep 60"})
    assert "Kernel panic" in outcome.end["error_msg"]
    assert outcome.cases("0_ask") == {"crash": "fail"}
    assert time.monotonic() - began < 50


def test_what_the_kernel_says_meanwhile_is_a_finding(lab: ScriptedLab) -> None:
    warning = "[    1.5] WARNING: CPU: 0 PID: 1 at kernel/some.c:12"
    outcome = asked(lab, {"name": "one", "command": f"echo '{warning}'"})
    found = [r for r in outcome.results if r["case"] == "kernel-messages"]
    assert [(r["level"], r["result"]) for r in found] == [("2.2.1", "pass"), ("3.1", "fail")]
    assert found[-1]["extra"][0]["kind"] == "warning"


def test_the_address_of_the_worker_is_known(lab: ScriptedLab) -> None:
    outcome = asked(lab, {"command": "echo at={SERVER_IP}."})
    (typed,) = [text for text in outcome.messages("input") if text.startswith("echo at=")]
    assert "{" not in typed


def test_a_pattern_that_is_none_is_found_before_the_board_is_touched(lab: ScriptedLab) -> None:
    outcome = asked(lab, {"command": "true", "successes": [{"message": "(unclosed"}]})
    assert outcome.end["error_type"] == "Job"
    assert "'(unclosed' is not a regular expression" in outcome.end["error_msg"]
    assert not lab.root.exists()
