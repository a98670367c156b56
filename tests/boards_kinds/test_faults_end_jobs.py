"""What is wrong with a board on purpose ends its job with the right error, or goes unnoticed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pumice.testing.scripted_lab import Outcome

from .conftest import KindLab


def quick(lab: KindLab, **timeouts: Any) -> Outcome:
    """Run the example with these timeouts of actions."""
    job = lab.example()
    job["timeouts"] = {"job": {"minutes": 6}, "actions": timeouts}
    return lab.run(*job.pop("actions"), **job)


def processes(lab: KindLab) -> list[int]:
    """What runs as the lab's board."""
    mark = f"PUMICE_BOARD={lab.board.folder}".encode()
    found: list[int] = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (entry / "environ").read_bytes().split(b"\0"):
                found.append(int(entry.name))
        except OSError:
            continue
    return found


@pytest.mark.parametrize("lab", ["uboot-x86/silent", "x86_64/silent"], indirect=True)
def test_a_silent_board_times_out(lab: KindLab) -> None:
    outcome = quick(
        lab, **{"bootloader-interrupt": {"seconds": 10}, "auto-login-action": {"seconds": 15}}
    )
    assert not outcome.passed
    assert outcome.end["error_type"] in ("Infrastructure", "Job")
    assert "timed out" in outcome.end["error_msg"]
    assert processes(lab) == []


@pytest.mark.parametrize("lab", ["uboot-x86/panics", "x86_64/panics"], indirect=True)
def test_a_panic_ends_the_job(lab: KindLab) -> None:
    outcome = quick(lab)
    assert outcome.end["error_type"] == "Job"
    assert "panic" in outcome.end["error_msg"]
    assert processes(lab) == []


@pytest.mark.parametrize("lab", ["uboot-x86/drops-network"], indirect=True)
def test_a_network_that_is_cut_while_files_are_loaded_ends_the_job(lab: KindLab) -> None:
    outcome = quick(lab, **{"bootloader-commands": {"seconds": 40}})
    assert not outcome.passed
    print(outcome.end)
    assert processes(lab) == []


@pytest.mark.parametrize("lab", ["x86_64/drops-network"], indirect=True)
def test_a_network_that_is_cut_later_fails_what_needs_it(lab: KindLab) -> None:
    outcome = quick(lab)
    print(outcome.text[-3000:])
    assert outcome.passed, outcome.end


@pytest.mark.parametrize("lab", ["uboot-x86/garbled", "x86_64/garbled"], indirect=True)
def test_a_garbled_line_ends(lab: KindLab) -> None:
    outcome = quick(
        lab,
        **{
            "bootloader-interrupt": {"seconds": 20},
            "bootloader-commands": {"seconds": 60},
            "auto-login-action": {"seconds": 60},
            "lava-test-shell": {"seconds": 60},
        },
    )
    print(outcome.end, outcome.text[-3000:])
    assert processes(lab) == []


@pytest.mark.parametrize("lab", ["x86_64/ignores-power-off"], indirect=True)
def test_an_emulator_that_stays_on_is_ended_all_the_same(lab: KindLab) -> None:
    outcome = quick(lab)
    assert outcome.passed, outcome.end
    assert any("did not switch itself off" in str(text) for text in outcome.messages("warning"))


@pytest.mark.parametrize("lab", ["uboot-x86/ignores-power-off"], indirect=True)
def test_a_board_that_stays_on_is_reset_by_the_next_job(lab: KindLab) -> None:
    assert quick(lab).passed
    (left,) = processes(lab)
    lab.job_id = "2"
    assert quick(lab).passed
    (other,) = processes(lab)
    assert other != left


@pytest.mark.parametrize("lab", ["x86_64/slow"], indirect=True)
def test_a_slow_line_only_takes_longer(lab: KindLab) -> None:
    assert quick(lab).passed
