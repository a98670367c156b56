"""``to: overlay``: a board that has its system gets the tests, and nothing else."""

from __future__ import annotations

from pumice.testing.scripted_lab import ScriptedLab

FETCH = {"unpack_command": "tar -C / -xzf"}


def test_a_board_that_runs_fetches_the_tests(lab: ScriptedLab) -> None:
    lab.dispatcher = "dispatcher_ip: 127.0.0.1"
    lab.deploy_methods = {"overlay": None}
    wanted = {**FETCH, "download_command": f"cd {lab.root} ; busybox wget"}
    outcome = lab.run(
        {"deploy": {"to": "overlay"}},
        lab.boot(transfer_overlay=wanted),
        lab.test("lava-test-case fetched --result pass"),
    )
    assert outcome.passed, outcome.end
    assert outcome.cases("0_smoke") == {"fetched": "pass"}


def test_without_a_transfer_the_tests_are_not_there(lab: ScriptedLab) -> None:
    lab.deploy_methods = {"overlay": None}
    outcome = lab.run({"deploy": {"to": "overlay"}}, lab.boot(), lab.test("true"))
    assert outcome.end["error_type"] == "Job"
    assert "the overlay is not there" in outcome.end["error_msg"]
