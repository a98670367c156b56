"""What is wrong with a board on purpose ends its job with the right error, or is survived."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from pumice.testing.scripted_lab import Outcome

from .conftest import KindLab


def run(lab: KindLab, **seconds: int) -> Outcome:
    """Run the example with these timeouts of actions (``_`` for a dash)."""
    job = lab.example()
    actions: dict[str, Any] = {
        name.replace("_", "-"): {"seconds": value} for name, value in seconds.items()
    }
    job["timeouts"] = {"job": {"minutes": 6}, "actions": actions}
    return lab.run(*job.pop("actions"), **job)


def only_the_bootloader(lab: KindLab) -> Outcome:
    """Run a job that stops the board at its bootloader's prompt."""
    boot = {"method": "bootloader", "bootloader": "u-boot", "prompts": ["=> "]}
    return lab.run({"boot": boot}, context={}, timeouts={"job": {"minutes": 3}})


def processes(lab: KindLab) -> list[int]:
    """What runs as the lab's board."""
    mark = f"PUMICE_BOARD={lab.board.folder}".encode()
    found: list[int] = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            environment = (entry / "environ").read_bytes().split(b"\0")
        except OSError:
            continue
        found += [int(entry.name)] * (mark in environment)
    return found


@pytest.mark.parametrize(
    ("lab", "error"),
    [("uboot-x86/silent", "Infrastructure"), ("x86_64/silent", "Job")],
    indirect=["lab"],
)
def test_a_silent_board_times_out(lab: KindLab, error: str) -> None:
    outcome = run(lab, bootloader_interrupt=5, auto_login_action=5)
    assert outcome.end["error_type"] == error
    assert "timed out" in outcome.end["error_msg"]
    assert processes(lab) == []


PANICKING = ["uboot-x86/panics", "x86_64/panics", "fastboot/panics"]


@pytest.mark.parametrize("lab", PANICKING, indirect=True)
def test_a_panic_ends_the_job(lab: KindLab) -> None:
    outcome = run(lab)
    assert outcome.end["error_type"] == "Job"
    assert "panic" in outcome.end["error_msg"]
    assert processes(lab) == []


@pytest.mark.parametrize("lab", ["uboot-x86/drops-network"], indirect=True)
def test_a_network_that_is_cut_while_files_are_loaded_ends_the_job(lab: KindLab) -> None:
    outcome = run(lab)
    assert outcome.end["error_type"] == "Infrastructure"
    assert outcome.end["error_msg"] == "u-boot failed: 'Retry count exceeded'"
    assert processes(lab) == []
    assert list(lab.board.tftp.iterdir()) == []


@pytest.mark.parametrize("lab", ["x86_64/drops-network"], indirect=True)
def test_a_network_that_is_cut_when_the_board_is_up_is_seen_by_its_tests(lab: KindLab) -> None:
    outcome = run(lab)
    assert outcome.passed, outcome.end
    assert "NO-CARRIER" in outcome.text


@pytest.mark.parametrize("lab", ["ssh/drops-network", "ssh/panics"], indirect=True)
def test_a_host_that_does_not_answer_is_given_up(lab: KindLab) -> None:
    # It may stop to answer before the job begins, or in the middle of it.
    outcome = run(lab, login_ssh=20)
    assert outcome.end["result"] == "fail"
    assert outcome.end["error_type"] in ("Infrastructure", "Job")


@pytest.mark.parametrize("lab", ["x86_64/garbled"], indirect=True)
def test_a_garbled_line_ends_the_job_in_time(lab: KindLab) -> None:
    outcome = run(lab, auto_login_action=20, lava_test_shell=10)
    assert outcome.end["error_type"] in ("Job", "Test")
    assert outcome.end["result"] == "fail"


@pytest.mark.parametrize("lab", ["uboot-x86/slow"], indirect=True)
def test_a_slow_line_is_survived(lab: KindLab) -> None:
    assert only_the_bootloader(lab).passed
    assert processes(lab) == []


@pytest.mark.parametrize("lab", ["x86_64/ignores-power-off"], indirect=True)
def test_an_emulator_that_stays_on_is_ended_all_the_same(lab: KindLab) -> None:
    outcome = run(lab)
    assert outcome.passed, outcome.end
    assert any("did not switch itself off" in str(text) for text in outcome.messages("warning"))


@pytest.mark.parametrize("lab", ["uboot-x86/ignores-power-off"], indirect=True)
def test_a_board_that_stays_on_is_reset_by_the_next_job(lab: KindLab) -> None:
    assert only_the_bootloader(lab).passed
    (left,) = processes(lab)
    shutil.rmtree(lab.outcome.output)
    lab.dispatcher = ""
    outcome = only_the_bootloader(lab)
    assert outcome.passed, outcome.text
    (other,) = processes(lab)
    assert other != left
