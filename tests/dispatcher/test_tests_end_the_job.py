"""Tests that raise, hang or cannot be installed."""

from __future__ import annotations

import re

from pumice.testing.scripted_lab import ScriptedLab


def test_lava_test_raise_ends_the_job(lab: ScriptedLab) -> None:
    outcome = lab.smoke(
        "lava-test-case before --result pass",
        "lava-test-raise the board is on fire",
        "lava-test-case after --result pass",
    )
    assert outcome.end["error_type"] == "Test"
    assert outcome.end["error_msg"] == "the board is on fire"
    assert outcome.cases("0_smoke") == {"before": "pass"}
    assert outcome.cases("lava")["0_smoke"] == "fail"
    assert outcome.cases("lava")["lava-test-shell"] == "fail"
    assert "switching the board off" not in outcome.text, "poweroff was not heard"


def test_a_test_that_hangs_ends_with_a_test_error_and_the_board_is_off(lab: ScriptedLab) -> None:
    lab.timeouts = {"actions": {"lava-test-shell": {"seconds": 1}}}
    outcome = lab.smoke("lava-test-case before --result pass", "sleep 100")
    assert outcome.end["error_type"] == "Test"
    assert outcome.end["error_msg"] == "lava-test-shell timed out after 1 seconds"
    assert outcome.cases("0_smoke") == {"before": "pass"}
    assert outcome.cases("lava")["0_smoke"] == "fail"
    assert outcome.cases("lava")["power-off"] == "pass"
    assert "switching the board off" not in outcome.text, "poweroff was not heard"


def test_a_test_that_may_be_skipped_lets_the_job_go_on(lab: ScriptedLab) -> None:
    first = lab.test("sleep 100", name="first", timeout={"seconds": 1, "skip": True})
    second = lab.test("lava-test-case b --result pass", name="second")
    outcome = lab.run(lab.deploy(), lab.boot(), first, second)
    assert outcome.passed
    assert outcome.cases("lava")["0_first"] == "fail"
    assert outcome.cases("1_second") == {"b": "pass"}
    assert [m for m in outcome.messages("warning") if "the job goes on" in m]


def test_the_jobs_own_timeout_ends_it(lab: ScriptedLab) -> None:
    lab.timeouts = {"job": {"seconds": 5}}
    outcome = lab.smoke("sleep 100")
    assert outcome.end["error_type"] == "Test"
    # Both end at the same moment: which of them says so is chance.
    assert re.match("lava-test-(shell|retry) timed out after", outcome.end["error_msg"])


def test_an_installation_that_fails_ends_the_job(lab: ScriptedLab) -> None:
    install = {"install": {"steps": ["echo installing", "false", "echo never"]}}
    definition = lab.definition("true", repository=install)
    outcome = lab.run(lab.deploy(), lab.boot(), {"test": {"definitions": [definition]}})
    assert outcome.end["error_type"] == "Test"
    assert outcome.cases("lava")["stage_0"] == "fail"
    assert "installing" in outcome.messages("target")
    assert "never" not in outcome.messages("target")


def test_an_installation_that_is_skipped_does_not_run(lab: ScriptedLab) -> None:
    install = {"install": {"steps": ["false"], "deps": ["curl"]}}
    definition = lab.definition("true", repository=install, skip_install=["all"])
    outcome = lab.run(lab.deploy(), lab.boot(), {"test": {"definitions": [definition]}})
    assert outcome.passed


def test_an_installation_comes_before_the_test(lab: ScriptedLab) -> None:
    install = {"install": {"steps": ["echo one > installed"]}}
    definition = lab.definition(
        "lava-test-case there --shell test -f installed", repository=install
    )
    outcome = lab.run(lab.deploy(), lab.boot(), {"test": {"definitions": [definition]}})
    assert outcome.cases("0_smoke") == {"there": "pass"}


def test_a_case_before_any_test_is_a_test_error(lab: ScriptedLab) -> None:
    install = {"install": {"steps": ["lava-test-case early --result pass"]}}
    definition = lab.definition("true", repository=install)
    outcome = lab.run(lab.deploy(), lab.boot(), {"test": {"definitions": [definition]}})
    assert outcome.end["error_type"] == "Test"
    assert outcome.end["error_msg"] == "the test case early was reported before any test began"


def test_a_reference_without_its_words_is_a_test_error(lab: ScriptedLab) -> None:
    signal = "<LAVA_SIGNAL_TESTREFERENCE case pass>"
    outcome = lab.smoke(f"printf '%s\\n' '{signal}' | tee /dev/null")
    assert outcome.end["error_type"] == "Test"
    assert "three words" in outcome.end["error_msg"]


def test_an_overlay_that_is_not_there_is_a_job_error(lab: ScriptedLab) -> None:
    lab.options = ["--say", "nothing"]
    deploy = lab.deploy()
    deploy["deploy"]["images"]["ramdisk"]["image_arg"] = ""
    outcome = lab.run(deploy, lab.boot(), lab.test("true"))
    assert outcome.end["error_type"] == "Job"
    assert "could not read" in outcome.end["error_msg"]
    assert "/lava-1/environment (status " in outcome.end["error_msg"]


def test_tests_without_a_prompt_are_a_job_error(lab: ScriptedLab) -> None:
    boot = {"boot": {"method": "qemu"}}
    outcome = lab.run(lab.deploy(), boot, lab.test("true"))
    assert outcome.end["error_type"] == "Job"
    assert outcome.end["error_msg"] == "tests in a shell need 'prompts' in the boot action"
