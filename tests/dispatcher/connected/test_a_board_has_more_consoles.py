"""``new_connection``: another console of the board, in a namespace of its own."""

from __future__ import annotations

from typing import Any

import pytest

from pumice.testing import board
from pumice.testing.scripted_lab import ScriptedLab

LOGIN = {"login_prompt": "login:", "username": "root"}


@pytest.fixture
def boots(lab: ScriptedLab) -> list[dict[str, Any]]:
    """A first console, and a second one."""
    first = {"connect": lab.connect(), "tags": ["primary"]}
    second = {"connect": lab.connect("--say", "second console"), "tags": ["shell"]}
    lab.commands |= {"connections": {"uart0": first, "uart1": second}, "hard_reset": "true"}
    lab.boot_methods |= {"minimal": None, "new_connection": None}
    keys = {"prompts": [board.PROMPT], "auto_login": LOGIN}
    return [
        {"boot": {"method": "minimal", "namespace": "main", **keys}},
        {
            "boot": {
                "method": "new_connection",
                "connection": "uart1",
                "namespace": "other",
                **keys,
            }
        },
    ]


def test_both_are_logged_in_to_and_stay_open(lab: ScriptedLab, boots: list[Any]) -> None:
    outcome = lab.run(*boots)
    assert outcome.passed
    assert "second console" in outcome.messages("target")
    assert [r["namespace"] for r in outcome.results if r["case"] == "login-action"] == [
        "main",
        "other",
    ]
    assert "Already connected" not in outcome.messages("debug")


def test_a_console_that_the_device_does_not_have_is_refused(
    lab: ScriptedLab, boots: list[Any]
) -> None:
    boots[1]["boot"]["connection"] = "uart7"
    outcome = lab.run(*boots)
    assert outcome.end["error_type"] == "Job"
    assert "no connection 'uart7': it has uart0, uart1" in outcome.end["error_msg"]
