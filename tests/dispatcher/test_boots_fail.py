"""Boards that do not boot: the right error, in time."""

from __future__ import annotations

import re

from pumice.testing.scripted_lab import ScriptedLab

TWO_SECONDS = {"timeout": {"seconds": 2}}
TIMED_OUT = re.compile("(auto-)?login-action timed out after [12] seconds")


def test_a_kernel_that_never_starts_runs_out_of_time(lab: ScriptedLab) -> None:
    lab.options = ["--fault", "silent"]
    outcome = lab.run(lab.deploy(), lab.boot(**TWO_SECONDS))
    assert outcome.end["error_type"] == "Job"
    assert TIMED_OUT.fullmatch(outcome.end["error_msg"])
    cases = outcome.cases("lava")
    assert cases["login-action"] == cases["auto-login-action"] == "fail"
    assert cases["boot-image-retry"] == "fail"
    assert cases["execute-qemu"] == "pass"


def test_a_prompt_that_never_comes_runs_out_of_time_after_some_nudges(lab: ScriptedLab) -> None:
    outcome = lab.run(lab.deploy(), lab.boot(prompts=["nobody says this"], **TWO_SECONDS))
    assert outcome.end["error_type"] == "Job"
    assert TIMED_OUT.fullmatch(outcome.end["error_msg"])
    assert outcome.messages("input").count("#") == 6


def test_a_board_that_ends_is_the_labs_failure(lab: ScriptedLab) -> None:
    lab.options = ["--fault", "ends"]
    outcome = lab.run(lab.deploy(), lab.boot())
    assert outcome.end["error_type"] == "Infrastructure"
    assert "the connection to the board is closed" in outcome.end["error_msg"]
    assert "ended with status 3" in outcome.end["error_msg"]


def test_a_login_that_is_refused_fails_at_once(lab: ScriptedLab) -> None:
    lab.options = ["--refuse-login"]
    outcome = lab.run(lab.deploy(), lab.boot())
    assert outcome.end["error_type"] == "Job"
    assert outcome.end["error_msg"] == "the login failed: Login incorrect"


def test_a_login_with_a_password_does_not_log_it(lab: ScriptedLab) -> None:
    lab.options = ["--password", "opensesame"]
    login = {
        "login_prompt": "login:",
        "username": "root",
        "password_prompt": "Password:",
        "password": "opensesame",
        "login_commands": ["echo logged in", "export FROM_LOGIN=yes"],
    }
    outcome = lab.run(
        lab.deploy(), lab.boot(auto_login=login), lab.test('echo "it says $FROM_LOGIN"')
    )
    assert outcome.passed
    assert "opensesame" not in outcome.messages("input", "debug")
    assert "it says yes" in outcome.messages("target")


def test_the_jobs_own_failure_message_fails_it_at_once(lab: ScriptedLab) -> None:
    lab.options = ["--say", "sad-face"]
    outcome = lab.run(lab.deploy(), lab.boot(prompts=["never"], failure_message="sad-f[aeiou]ce"))
    assert outcome.end["error_type"] == "Job"
    assert "'sad-face'" in outcome.end["error_msg"]


def test_a_program_that_is_missing_is_the_configurations_failure(lab: ScriptedLab) -> None:
    lab.program = "/nowhere/qemu"
    outcome = lab.run(lab.deploy(), lab.boot())
    assert outcome.end["error_type"] == "Configuration"
    assert outcome.end["error_msg"] == "the program /nowhere/qemu is not installed on this worker"


def test_a_prompt_that_is_no_pattern_names_it(lab: ScriptedLab) -> None:
    outcome = lab.run(lab.deploy(), lab.boot(prompts=["(unclosed"]))
    assert outcome.end["error_type"] == "Job"
    assert "'(unclosed' is not a regular expression" in outcome.end["error_msg"]
