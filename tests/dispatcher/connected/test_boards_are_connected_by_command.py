"""A board whose configuration has a command for its console, and commands for its power."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pumice.testing import board
from pumice.testing.scripted_lab import ScriptedLab


def minimal(**changes: Any) -> dict[str, Any]:
    login = {"login_prompt": "login:", "username": "root"}
    prompts = [board.PROMPT]
    return {"boot": {"method": "minimal", "auto_login": login, "prompts": prompts, **changes}}


def switch(lab: ScriptedLab, *names: str) -> Path:
    """Give the board connection and power commands, which write their names to a file."""
    log = lab.folder / "switched"
    log.touch()
    lab.commands["connect"] = lab.connect(*lab.options)
    for name in names:
        lab.commands[name] = f"sh -c 'echo {name} | tee -a {log}'"
    lab.boot_methods["minimal"] = None
    return log


def test_a_board_is_connected_reset_and_logged_in_to(lab: ScriptedLab) -> None:
    log = switch(lab, "hard_reset")
    outcome = lab.run(minimal())
    assert outcome.passed
    assert log.read_text().split() == ["hard_reset"]
    assert outcome.result("lava", "pdu-reboot")["result"] == "pass"
    assert ">> hard_reset" in outcome.messages("debug")
    assert outcome.result("lava", "login-action")["result"] == "pass"


def test_a_job_can_ask_for_the_commands_before_power_and_system(lab: ScriptedLab) -> None:
    log = switch(lab, "hard_reset", "pre_power_command", "pre_os_command")
    assert lab.run(minimal(pre_power_command=True, pre_os_command=True)).passed
    assert log.read_text().split() == ["pre_power_command", "pre_os_command", "hard_reset"]


def test_the_board_is_switched_off_by_its_command_at_the_end(lab: ScriptedLab) -> None:
    log = switch(lab, "hard_reset", "power_off")
    outcome = lab.run(minimal())
    assert log.read_text().split() == ["hard_reset", "power_off"]
    assert outcome.result("lava", "power-off")["result"] == "pass"
    assert "poweroff" not in outcome.messages("input")


def test_the_board_is_switched_off_also_where_it_does_not_boot(lab: ScriptedLab) -> None:
    lab.options = ["--fault", "ends"]
    log = switch(lab, "hard_reset", "power_off")
    outcome = lab.run(minimal())
    assert not outcome.passed
    assert outcome.end["error_type"] == "Infrastructure"
    assert log.read_text().split() == ["hard_reset", "power_off"]


def test_a_console_that_is_open_is_kept_by_the_next_boot(lab: ScriptedLab) -> None:
    switch(lab, "hard_reset")
    again = minimal(reset=False, parameters={"kernel-start-message": ""})
    del again["boot"]["auto_login"]
    outcome = lab.run(minimal(), again)
    assert outcome.passed
    assert lab.root.joinpath("boots").read_text() == "1"
    assert "Already connected" in outcome.messages("debug")


def test_a_new_attempt_connects_anew(lab: ScriptedLab) -> None:
    lab.options = ["--fault", "ends", "--faulty-boots", "1"]
    switch(lab, "hard_reset")
    outcome = lab.run(minimal(failure_retry=2))
    assert outcome.passed
    assert lab.root.joinpath("boots").read_text() == "2"


def test_a_power_command_that_fails_is_the_labs_fault(lab: ScriptedLab) -> None:
    switch(lab)
    lab.commands["hard_reset"] = "sh -c 'echo no such outlet; exit 3'"
    outcome = lab.run(minimal())
    assert outcome.end["error_type"] == "Infrastructure"
    assert "ended with status 3" in outcome.end["error_msg"]
    assert ">> no such outlet" in outcome.messages("debug")


def test_a_program_that_is_missing_is_found_before_anything_runs(lab: ScriptedLab) -> None:
    log = switch(lab, "hard_reset")
    lab.commands["connect"] = "no-such-program board-1"
    outcome = lab.run(minimal())
    assert outcome.end["error_type"] == "Configuration"
    assert "no-such-program" in outcome.end["error_msg"]
    assert log.read_text() == ""


def test_a_board_without_power_control_is_rebooted_from_its_shell(lab: ScriptedLab) -> None:
    switch(lab)
    lab.commands["soft_reboot"] = ["echo 'The system is going' 'down for reboot NOW'"]
    lab.constants["shutdown-message"] = "The system is going down for reboot NOW"
    again = minimal(parameters={"kernel-start-message": ""})
    del again["boot"]["auto_login"]
    outcome = lab.run(minimal(reset=False), again)
    assert outcome.passed
    assert outcome.result("lava", "send-reboot-commands")["result"] == "pass"


def test_the_fallbacks_for_a_soft_reboot_are_tried_in_turn(lab: ScriptedLab) -> None:
    switch(lab)
    lab.constants["shutdown-message"] = "The system is going down for reboot NOW"
    lab.device_timeouts["send-reboot-commands"] = {"seconds": 4}
    lab.root.joinpath("bin").mkdir(parents=True)
    program = lab.root / "bin" / "reboot"
    program.write_text('#!/bin/sh\n[ "$1" = -nf ] && echo "reboot: Restarting system"\n')
    program.chmod(0o755)
    again = minimal(parameters={"kernel-start-message": ""})
    del again["boot"]["auto_login"]
    outcome = lab.run(minimal(reset=False), again)
    assert outcome.passed
    typed = [line for line in outcome.messages("input") if line.startswith("reboot")]
    assert typed == ["reboot", "reboot -n", "reboot -nf"]
