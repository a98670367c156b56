"""What tests say becomes suites, sets and cases."""

from __future__ import annotations

from typing import Any

from pumice.testing.scripted_lab import Outcome, ScriptedLab


def run_one(lab: ScriptedLab, *steps: str, **changes: Any) -> Outcome:
    definition = lab.definition(*steps, **changes)
    return lab.run(lab.deploy(), lab.boot(), {"test": {"definitions": [definition]}})


def test_a_case_may_carry_a_measurement(lab: ScriptedLab) -> None:
    outcome = lab.smoke(
        "lava-test-case speed --result pass --measurement 12.5 --units MB/s",
        "lava-test-case odd --result pass --measurement fast --units MB/s",
    )
    speed = outcome.result("0_smoke", "speed")
    assert (speed["measurement"], speed["units"]) == ("12.5", "MB/s")
    assert "measurement" not in outcome.result("0_smoke", "odd")


def test_cases_between_start_and_stop_belong_to_a_set(lab: ScriptedLab) -> None:
    outcome = lab.smoke(
        "lava-test-case a --result pass",
        "lava-test-set start group",
        "lava-test-case b --result pass",
        "lava-test-set stop",
        "lava-test-case c --result pass",
    )
    sets = {r["case"]: r.get("set") for r in outcome.results if r["definition"] == "0_smoke"}
    assert sets == {"a": None, "b": "group", "c": None}


def test_a_file_is_shown_between_the_cases_lines(lab: ScriptedLab) -> None:
    outcome = lab.smoke(
        "echo content > output.txt", "lava-test-case shown --result skip --output output.txt"
    )
    case = outcome.result("0_smoke", "shown")
    assert case["result"] == "skip"
    lines = [record.msg for record in outcome.records[case["starttc"] : case["endtc"]]]
    assert "content" in lines


def test_a_reference_carries_its_address(lab: ScriptedLab) -> None:
    outcome = lab.smoke("lava-test-reference ref --result pass --reference http://x/y")
    assert outcome.result("0_smoke", "ref")["reference"] == "http://x/y"


def test_an_event_is_told_to_the_world(lab: ScriptedLab) -> None:
    outcome = lab.smoke("lava-test-event half way there", "lava-test-feedback --namespace other")
    assert outcome.passed
    assert outcome.messages("event") == ["half way there"]


def test_a_result_that_is_none_is_ignored_with_a_warning(lab: ScriptedLab) -> None:
    outcome = lab.smoke("lava-test-case odd --result maybe", "lava-test-case good --result PASS")
    assert outcome.cases("0_smoke") == {"good": "pass"}
    assert [m for m in outcome.messages("warning") if "'maybe' of odd" in m]


def test_a_pattern_finds_results_in_the_output(lab: ScriptedLab) -> None:
    parse = {
        "pattern": r"^(?P<test_case_id>\w+): (?P<result>\w+)"
        r"( (?P<measurement>[\d.]+) (?P<units>\w+))?",
        "fixupdict": {"ok": "pass", "KO": "fail"},
    }
    slowly = "sh -c 'printf \"slow: o\"; sleep 0.2; echo k'"
    steps = ("echo 'disk: ok 12.75 MBps'", "echo 'net: KO'", slowly)
    outcome = run_one(lab, *steps, repository={"parse": parse})
    assert outcome.cases("0_smoke") == {"disk": "pass", "net": "fail", "slow": "pass"}
    disk = outcome.result("0_smoke", "disk")
    assert (disk["measurement"], disk["units"]) == ("12.75", "MBps")


def test_a_pattern_that_looks_around_works_too(lab: ScriptedLab) -> None:
    pattern = r"(?<=case )(?P<test_case_id>\w+) (?P<result>PASS|FAIL)(?!ED)"
    outcome = run_one(
        lab,
        "echo 'case one PASS'",
        "echo 'case two FAILED'",
        repository={"parse": {"pattern": pattern}},
    )
    assert outcome.cases("0_smoke") == {"one": "pass"}


def test_expected_cases_that_are_missing_or_unexpected_fail(lab: ScriptedLab) -> None:
    outcome = run_one(
        lab,
        "lava-test-case there --result pass",
        "lava-test-case stranger --result pass",
        expected=["there", "absent"],
    )
    assert outcome.passed
    assert outcome.cases("0_smoke") == {"there": "pass", "stranger": "fail", "absent": "fail"}
    assert "unexpected" in outcome.result("0_smoke", "stranger")["extra"]["reason"]
    assert "missing" in outcome.result("0_smoke", "absent")["extra"]["reason"]


def test_expected_cases_fail_where_the_test_never_ran(lab: ScriptedLab) -> None:
    first = lab.definition("lava-test-raise stop", name="first")
    second = lab.definition("true", name="second", expected=["absent"])
    outcome = lab.run(lab.deploy(), lab.boot(), {"test": {"definitions": [first, second]}})
    assert outcome.cases("1_second") == {"absent": "fail"}


def test_parameters_of_the_job_win_over_those_of_the_definition(lab: ScriptedLab) -> None:
    outcome = run_one(
        lab,
        'echo "$ONE-$TWO-$EMPTY."',
        repository={"params": {"ONE": "default one", "TWO": "default two", "EMPTY": None}},
        parameters={"TWO": "of the job"},
    )
    assert "default one-of the job-." in outcome.messages("target")


def test_the_environment_reaches_the_test(lab: ScriptedLab) -> None:
    lab.env_dut = "overrides: {FROM_LAB: of the lab}"
    lab.dispatcher = "dispatcher_ip: 192.0.2.7"
    outcome = lab.run(
        lab.deploy(),
        lab.boot(),
        lab.test('echo "$FROM_JOB_DEEP, $FROM_LAB, $LAVA_JOB_ID, $LAVA_DISPATCHER_IP"'),
        environment={"FROM_JOB": {"DEEP": "it's deep"}},
    )
    assert "it's deep, of the lab, 1, 192.0.2.7" in outcome.messages("target")


def test_a_case_keeps_its_files_on_the_board(lab: ScriptedLab) -> None:
    lab.smoke("lava-test-case kept --result pass --measurement 3 --units s")
    (found,) = lab.root.glob("lava-1/0/results/0_smoke-*")
    assert found.joinpath("return_code").read_text() == "0\n"
    case = found / "results" / "kept"
    assert case.joinpath("result").read_text() == "pass\n"
    assert case.joinpath("measurement").read_text() == "3\n"
