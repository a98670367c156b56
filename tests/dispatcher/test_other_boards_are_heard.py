"""Boards of several namespaces: what one says while another one's actions run is feedback."""

from __future__ import annotations

from typing import Any

from pumice.testing.board import PROMPT
from pumice.testing.scripted_lab import Outcome, ScriptedLab

LATER = "(sleep 1; echo from=$((7)); printf half=$((8)); sleep 60) &"


def boards(lab: ScriptedLab, *steps: str) -> Outcome:
    """Two boards; one says something a second later, while the tests of the other run."""
    script = {"name": "later", "prompts": [PROMPT], "script": [{"command": LATER}]}
    actions: list[dict[str, Any]] = [
        lab.deploy(),
        lab.boot(namespace="other"),
        {"test": {"interactive": [script], "namespace": "other"}},
        lab.boot(namespace="main"),
        lab.test(*steps, namespace="main"),
    ]
    actions[0]["deploy"]["namespace"] = "main"
    return lab.run(*actions)


def test_what_another_board_says_meanwhile_is_feedback(lab: ScriptedLab) -> None:
    outcome = boards(lab, "sleep 2", "lava-test-case one --result pass")
    assert outcome.passed
    (heard,) = [line for line in outcome.records if str(line.msg).endswith("from=7")]
    assert (heard.lvl, heard.ns) == ("feedback", "other")
    assert outcome.cases("0_smoke") == {"one": "pass"}


def test_half_a_line_of_another_board_is_logged_when_a_test_asks(lab: ScriptedLab) -> None:
    outcome = boards(
        lab,
        "sleep 2",
        "lava-test-feedback --namespace other",
        "lava-test-feedback --namespace nobody",
        "lava-test-case one --result pass",
    )
    assert outcome.passed
    half = [i for i, line in enumerate(outcome.records) if line.msg == "half=8"]
    end = next(i for i, line in enumerate(outcome.records) if "start: 6 finalize" in str(line.msg))
    assert len(half) == 1
    assert outcome.records[half[0]].lvl == "feedback"
    assert half[0] < end
    (warning,) = outcome.messages("warning")
    assert "no board in the namespace 'nobody' to hear: there are main, other" in warning
