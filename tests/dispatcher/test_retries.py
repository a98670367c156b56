"""Actions that are attempted again."""

from __future__ import annotations

from pumice.testing.scripted_lab import ScriptedLab


def test_a_board_that_boots_at_the_second_attempt_passes(lab: ScriptedLab) -> None:
    lab.options = ["--fault", "ends", "--faulty-boots", "1"]
    outcome = lab.run(
        lab.deploy(), lab.boot(failure_retry=2), lab.test("lava-test-case one --shell true")
    )
    assert outcome.passed
    assert outcome.cases("0_smoke") == {"one": "pass"}
    failed = [m for m in outcome.messages("error") if m.startswith("boot-image-retry failed")]
    assert len(failed) == 1
    assert "1 of 2 attempts" in failed[0]


def test_time_is_shared_between_the_attempts(lab: ScriptedLab) -> None:
    boot = lab.boot(failure_retry=2, timeout={"seconds": 40})
    outcome = lab.run(lab.deploy(), boot)
    root = outcome.plan[1]
    login = root["pipeline"][1]
    assert (root["max_retries"], root["timeout"]) == (2, 40)
    assert (login["max_retries"], login["timeout"]) == (2, 20)
    assert login["pipeline"][0]["timeout"] == 10


def test_the_last_attempts_failure_is_the_jobs(lab: ScriptedLab) -> None:
    lab.options = ["--fault", "ends"]
    lab.constants = {"boot_retry": 2}
    outcome = lab.run(lab.deploy(), lab.boot())
    assert not outcome.passed
    failed = [m for m in outcome.messages("error") if m.startswith("boot-image-retry failed")]
    assert [m.split(" attempts")[0].split("failed: ")[1] for m in failed] == ["1 of 2", "2 of 2"]


def test_what_is_repeated_runs_each_time_and_fails_where_one_failed(lab: ScriptedLab) -> None:
    steps = (
        "lava-test-case one --result pass",
        f"echo x >> {lab.folder}/count",
        f"if [ $(wc -l < {lab.folder}/count) = 2 ]; then lava-test-raise second; fi",
    )
    outcome = lab.run(lab.deploy(), lab.boot(), lab.test(*steps, repeat=3))
    assert not outcome.passed
    assert outcome.end["error_msg"] == "second"
    cases = [r["case"] for r in outcome.results if r["definition"] == "0_smoke"]
    assert cases == ["one"] * 3


def test_a_checksum_is_wrong_at_every_attempt(lab: ScriptedLab) -> None:
    deploy = lab.deploy(sha256sum="0" * 64)
    deploy["deploy"]["failure_retry"] = 2
    outcome = lab.run(deploy)
    assert outcome.end["error_type"] == "Job"
    downloads = [r for r in outcome.results if r["case"] == "file-download"]
    assert [r["result"] for r in downloads] == ["fail", "fail"]
