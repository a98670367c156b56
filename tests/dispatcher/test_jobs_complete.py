"""A job that goes well: its result, its log, its plan."""

from __future__ import annotations

import re

from pumice.testing.scripted_lab import ScriptedLab


def test_a_job_passes_although_a_case_of_it_fails(lab: ScriptedLab) -> None:
    outcome = lab.smoke("lava-test-case one --shell true", "lava-test-case two --shell false")
    assert outcome.passed
    assert outcome.end == {"definition": "lava", "case": "job", "result": "pass"}
    assert outcome.cases("0_smoke") == {"one": "pass", "two": "fail"}


def test_the_suite_lava_holds_what_the_job_did(lab: ScriptedLab) -> None:
    outcome = lab.smoke("true")
    assert outcome.cases("lava") == {
        "validate": "pass",
        "test-overlay": "pass",
        "test-install-overlay": "pass",
        "test-runscript-overlay": "pass",
        "file-download": "pass",
        "execute-qemu": "pass",
        "kernel-messages": "pass",
        "login-action": "pass",
        "0_smoke": "pass",
        "power-off": "pass",
        "job": "pass",
    }
    download = outcome.result("lava", "file-download")
    assert download["level"] == "1.3.1"
    assert download["namespace"] == "common"
    assert download["extra"]["label"] == "ramdisk"
    assert download["extra"]["size"] == len("a ramdisk")
    assert outcome.result("lava", "execute-qemu")["extra"]["job_arch"] == "x86_64"
    run = outcome.result("lava", "0_smoke")
    assert (run["uuid"], run["repository"], run["path"]) == (
        "1_1.1.2.1",
        "inline",
        "inline/smoke.yaml",
    )


def test_every_action_says_when_it_starts_and_ends(lab: ScriptedLab) -> None:
    outcome = lab.smoke("true")
    said = outcome.messages("info")
    roots = [re.sub(r"\d\d:\d\d:\d\d", "T", m) for m in said if m.startswith(("start:", "end:"))]
    assert roots == [
        "start: 0 validate",
        "start: 1 deployimages (timeout T) [common]",
        "end: 1 deployimages (duration T) [common]",
        "start: 2 boot-image-retry (timeout T) [common]",
        "end: 2 boot-image-retry (duration T) [common]",
        "start: 3 lava-test-retry (timeout T) [common]",
        "end: 3 lava-test-retry (duration T) [common]",
        "start: 4 finalize (timeout T) [common]",
        "end: 4 finalize (duration T) [common]",
    ]
    assert "start: 1 deployimages (timeout 00:00:30) [common]" in said
    inner = [m for m in outcome.messages("debug") if m.startswith("start: ")]
    assert [m for m in inner if m.startswith("start: 2.2.1 login-action (timeout 00:00:")]


def test_the_description_holds_the_plan(lab: ScriptedLab) -> None:
    outcome = lab.smoke("true")
    assert [action["name"] for action in outcome.plan] == [
        "deployimages",
        "boot-image-retry",
        "lava-test-retry",
        "finalize",
    ]
    login = outcome.plan[1]["pipeline"][1]["pipeline"][0]
    assert login["level"] == "2.2.1"
    assert login["name"] == "login-action"
    assert login["max_retries"] == 1
    assert login["timeout"] == 30
    assert set(login) == {
        "class",
        "name",
        "level",
        "max_retries",
        "description",
        "summary",
        "timeout",
    }


def test_what_the_board_says_is_in_the_log_with_what_is_typed(lab: ScriptedLab) -> None:
    outcome = lab.smoke("echo said by the test")
    target = outcome.messages("target")
    assert "[    0.000000] Linux version 6.1.0-scripted (pumice)" in target
    assert "board login: " in target
    assert "said by the test" in target
    typed = outcome.messages("input")
    assert typed[0] == "root"
    assert typed[-1] == "poweroff"


def test_the_lines_of_a_case_lie_between_its_signals(lab: ScriptedLab) -> None:
    outcome = lab.smoke("lava-test-case one --shell echo inside")
    case = outcome.result("0_smoke", "one")
    records = outcome.records
    start, end = case["starttc"], case["endtc"]
    assert records[start].msg == "<LAVA_SIGNAL_STARTTC one>"
    assert records[end].msg == "<LAVA_SIGNAL_ENDTC one>"
    assert "inside" in [record.msg for record in records[start:end]]


def test_two_test_actions_are_two_stages(lab: ScriptedLab) -> None:
    outcome = lab.run(
        lab.deploy(),
        lab.boot(),
        lab.test("lava-test-case a --result pass", name="first"),
        lab.test("lava-test-case b --result pass", name="second"),
    )
    assert outcome.passed
    assert outcome.cases("0_first") == {"a": "pass"}
    assert outcome.cases("1_second") == {"b": "pass"}


def test_a_run_that_stops_at_an_error_fails_and_the_next_one_runs(lab: ScriptedLab) -> None:
    first = lab.definition("lava-test-case a --result pass", "false", "echo never", name="first")
    second = lab.definition("lava-test-case b --result pass", name="second")
    outcome = lab.run(lab.deploy(), lab.boot(), {"test": {"definitions": [first, second]}})
    assert outcome.passed
    assert outcome.cases("lava")["0_first"] == "fail"
    assert outcome.cases("lava")["1_second"] == "pass"
    assert outcome.cases("1_second") == {"b": "pass"}
    assert "never" not in outcome.messages("target")


def test_a_job_continues_the_log_that_an_earlier_dispatcher_left(lab: ScriptedLab) -> None:
    lab.outcome.output.mkdir()
    earlier = '- {"dt": "2026-01-01T00:00:00+00:00", "lvl": "info", "msg": "earlier"}\n'
    lab.outcome.output.joinpath("logs.yaml").write_text(earlier + '- {"dt": "torn')
    outcome = lab.smoke("true")
    assert outcome.passed
    assert outcome.records[0].msg == "earlier"
    assert outcome.records[1].msg.startswith("Pumice dispatcher")


def test_a_board_is_booted_again_where_the_job_says_so(lab: ScriptedLab) -> None:
    first = lab.test("lava-test-case a --result pass", name="first")
    second = lab.test("lava-test-case b --result pass", name="second")
    outcome = lab.run(lab.deploy(), lab.boot(), first, lab.boot(), second)
    assert outcome.passed
    assert outcome.cases("1_second") == {"b": "pass"}
    assert lab.root.joinpath("boots").read_text() == "2"


def test_a_test_may_switch_the_board_off(lab: ScriptedLab) -> None:
    until_the_runner_ends = "while kill -0 $runner; do sleep 0.01; done"
    outcome = lab.smoke(
        "lava-test-case a --result pass",
        "runner=$(ps -o ppid= -p $PPID)",
        f"({until_the_runner_ends}; kill $BOARD_PID) > /dev/null 2>&1 &",
    )
    assert outcome.passed
    assert outcome.cases("0_smoke") == {"a": "pass"}


def test_a_kernel_without_a_start_message_is_not_waited_for(lab: ScriptedLab) -> None:
    lab.constants = {"kernel-start-message": "no kernel says this"}
    outcome = lab.run(lab.deploy(), lab.boot(parameters={"kernel-start-message": ""}))
    assert outcome.passed
