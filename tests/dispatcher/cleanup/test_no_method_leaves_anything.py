"""However a job ends, whatever it used: nothing of it is left on the host but its records."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

RECORDS = {"logs.yaml", "description.yaml", "result.yaml"}
GIVEN = {"job.yaml", "device.yaml", "dispatcher.yaml"}
SECONDS = 60


def test_a_job_that_passes(case: Any) -> None:
    process = case.start("true")
    assert process.wait(SECONDS) == 0, case.lab.outcome.text
    assert names(case.left()) == {"files": RECORDS | GIVEN}
    assert case.switched.read_text() == "off\n"


def test_a_job_that_fails_in_the_middle(case: Any) -> None:
    process = case.start("lava-test-raise the-middle", "sleep 100")
    assert process.wait(SECONDS) == 1
    assert case.lab.outcome.end["error_type"] in ("Test", "Job")
    assert names(case.left()) == {"files": RECORDS | GIVEN}
    assert case.switched.read_text() == "off\n"


def test_a_job_that_is_canceled_in_the_middle(case: Any) -> None:
    process = case.start("sleep 100")
    case.wait_for()
    process.send_signal(signal.SIGTERM)
    assert process.wait(SECONDS) == 1
    assert case.lab.outcome.end["error_type"] == "Canceled"
    assert names(case.left()) == {"files": RECORDS | GIVEN}
    assert case.switched.read_text() == "off\n"


def test_a_job_whose_dispatcher_is_killed_in_the_middle(case: Any) -> None:
    process = case.start("sleep 100")
    case.wait_for()
    process.kill()
    process.wait(SECONDS)
    assert not case.switched.exists()
    assert names(case.left())["files"] > {"undo.jsonl"}
    done = clean(case.lab.outcome.output)
    assert done.returncode == 0, done.stdout + done.stderr
    assert names(case.left()) == {"files": (RECORDS | GIVEN) - {"result.yaml"}}
    assert case.switched.read_text() == "off\n"


def clean(output: Path) -> subprocess.CompletedProcess[str]:
    """Clean up as a worker does."""
    command = [sys.executable, "-m", "pumice.dispatcher", "--clean", str(output)]
    return subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)


def names(left: dict[str, list[str]]) -> dict[str, set[str]]:
    """What is left, with files by their names."""
    return {
        kind: {Path(thing).name if kind == "files" else thing for thing in things}
        for kind, things in left.items()
    }
