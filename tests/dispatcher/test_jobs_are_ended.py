"""Jobs that are canceled, and boards that are killed."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from pumice.testing.scripted_lab import Outcome, ScriptedLab, marked


def wait_for(outcome: Outcome, condition: Callable[[str], bool], process: object) -> None:
    """Until the log says so; a job that takes longer than 20 s is stuck."""
    log = outcome.output / "logs.yaml"
    limit = time.monotonic() + 20
    while time.monotonic() < limit:
        if log.exists() and condition(log.read_text()):
            return
        time.sleep(0.02)
    raise AssertionError(f"{process} did not get there: {log.read_text()}")


def started(lab: ScriptedLab, *steps: str) -> subprocess.Popen[bytes]:
    """A job whose test has begun."""
    process = lab.start(lab.deploy(), lab.boot(), lab.test("echo here-it-is", *steps))
    wait_for(lab.outcome, lambda text: "+ echo here-it-is" in text, process)
    return process


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_cancels_the_job_and_the_board_is_off(lab: ScriptedLab, number: int) -> None:
    process = started(lab, "sleep 100")
    process.send_signal(number)
    assert process.wait(20) == 1
    end = lab.outcome.end
    assert end["error_type"] == "Canceled"
    assert signal.Signals(number).name in end["error_msg"]
    assert lab.outcome.cases("lava")["power-off"] == "pass"


def test_a_second_signal_does_not_stop_the_cleanup(lab: ScriptedLab) -> None:
    lab.options = ["--keeps-on"]
    lab.device_timeouts = {"power-off": {"seconds": 4}}
    process = started(lab, "sleep 100")
    process.terminate()
    wait_for(lab.outcome, lambda text: "start: 4.1 power-off" in text, process)
    process.terminate()
    assert process.wait(20) == 1
    assert lab.outcome.end["error_type"] == "Canceled"
    assert lab.outcome.cases("lava")["power-off"] == "pass"


def test_a_job_that_is_deleted_says_so(lab: ScriptedLab) -> None:
    process = started(lab, "sleep 100")
    process.send_signal(signal.SIGUSR1)
    assert process.wait(20) == 1
    assert lab.outcome.end["error_msg"] == "The job was deleted"


def test_a_board_that_is_killed_is_the_labs_failure(lab: ScriptedLab) -> None:
    process = started(lab, "kill -9 $BOARD_PID", "sleep 100")
    assert process.wait(20) == 1
    end = lab.outcome.end
    assert end["error_type"] == "Infrastructure"
    assert "was killed by SIGKILL" in end["error_msg"]


def test_a_dispatcher_that_is_killed_takes_the_board_with_it(lab: ScriptedLab) -> None:
    process = started(lab, "sleep 100")
    process.kill()
    process.wait(20)
    limit = time.monotonic() + 10
    while [pid for pid in marked(lab.outcome.output) if _is_board(pid)]:
        assert time.monotonic() < limit, "the board lives on"
        time.sleep(0.02)
    # What the board's shell started is the worker's to end: here it is this test's.
    for pid in marked(lab.outcome.output):
        with suppress(ProcessLookupError):  # it may end by itself meanwhile
            os.kill(pid, signal.SIGKILL)
    subprocess.run(["rm", "-rf", lab.outcome.output / "files"], check=True)
    while marked(lab.outcome.output):
        time.sleep(0.02)


def _is_board(pid: int) -> bool:
    try:
        return b"pumice.testing.board" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def test_a_board_that_does_not_switch_itself_off_is_switched_off(lab: ScriptedLab) -> None:
    lab.options = ["--keeps-on"]
    lab.device_timeouts = {"power-off": {"seconds": 3}}
    outcome = lab.smoke("true")
    assert outcome.passed
    assert "the board did not switch itself off after 'poweroff'" in outcome.messages("warning")
    assert outcome.cases("lava")["power-off"] == "pass"
