"""The action ``command``: one of the device's commands, on the worker."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pumice.testing.scripted_lab import ScriptedLab


def command(name: str, **changes: Any) -> dict[str, Any]:
    return {"command": {"name": name, **changes}}


def writes(log: Path, word: str) -> str:
    return f"sh -c 'echo {word} | tee -a {log}'"


def test_a_command_with_a_meaning_of_its_own_runs(lab: ScriptedLab) -> None:
    log = lab.folder / "log"
    lab.commands["power_on"] = [writes(log, "one"), writes(log, "two")]
    outcome = lab.run(command("power_on"))
    assert outcome.passed
    assert log.read_text().split() == ["one", "two"]
    assert ">> two" in outcome.messages("debug")
    assert outcome.result("lava", "user-command")["result"] == "pass"


def test_the_sites_own_command_is_undone_at_the_end(lab: ScriptedLab) -> None:
    log = lab.folder / "log"
    users = {"meter": {"do": writes(log, "start"), "undo": writes(log, "stop")}}
    lab.commands |= {"users": users, "hard_reset": writes(log, "reset")}
    assert lab.run(command("meter"), command("hard_reset")).passed
    assert log.read_text().split() == ["start", "reset", "stop"]


def test_it_is_undone_also_where_it_fails(lab: ScriptedLab) -> None:
    log = lab.folder / "log"
    lab.commands["users"] = {"meter": {"do": "false", "undo": writes(log, "stop")}}
    outcome = lab.run(command("meter"))
    assert outcome.end["error_type"] == "Infrastructure"
    assert log.read_text().split() == ["stop"]


def test_one_that_takes_too_long_is_the_labs_fault_and_is_killed(lab: ScriptedLab) -> None:
    lab.commands["hard_reset"] = "sleep 600"
    outcome = lab.run(command("hard_reset", timeout={"seconds": 1}))
    assert outcome.end["error_type"] == "Infrastructure"
    assert "user-command timed out" in outcome.end["error_msg"]


def test_a_command_that_the_device_does_not_have_is_refused(lab: ScriptedLab) -> None:
    lab.commands |= {"hard_reset": "true", "users": {"meter": {"do": "true"}}}
    outcome = lab.run(command("power_on"))
    assert outcome.end["error_type"] == "Job"
    assert "no command 'power_on': it has hard_reset, meter" in outcome.end["error_msg"]


@pytest.mark.parametrize("start", ["sleep 600 &", "setsid sleep 600 &", "setsid -f sleep 600;"])
def test_what_a_command_leaves_with_its_output_open_is_not_waited_for(
    lab: ScriptedLab, start: str
) -> None:
    lab.commands["hard_reset"] = f"sh -c 'echo before; {start} echo after'"
    outcome = lab.run(
        command("hard_reset", timeout={"minutes": 10}), timeouts={"job": {"hours": 1}}
    )
    assert outcome.passed
    said = [message for message in outcome.messages("debug") if message.startswith(">> ")]
    assert said == [">> before", ">> after"]
    (warning,) = outcome.messages("warning")
    assert warning.startswith("sh has ended and left 1 processes behind")


def test_what_it_leaves_otherwise_lives_until_the_job_ends(lab: ScriptedLab) -> None:
    alive = lab.folder / "alive"
    lab.commands |= {
        "hard_reset": f"sh -c 'sleep 600 > /dev/null 2>&1 & echo $! > {alive}'",
        "power_on": f"sh -c 'kill -0 $(cat {alive}) && kill $(cat {alive})'",
    }
    outcome = lab.run(command("hard_reset"), command("power_on"))
    assert outcome.passed, outcome.text
    assert outcome.messages("warning") == []
