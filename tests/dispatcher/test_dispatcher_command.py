"""The dispatcher's process: how it is called, and what it does where it cannot write."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from pumice.dispatcher.__main__ import main
from pumice.testing.scripted_lab import ScriptedLab


def arguments(lab: ScriptedLab, *more: str) -> list[str]:
    order = lab.order(lab.deploy(), lab.boot(), lab.test("lava-test-case one --result pass"))
    order.output.mkdir()
    order.output.joinpath("job.yaml").write_text(order.definition)
    order.output.joinpath("device.yaml").write_text(order.device)
    output = str(order.output)
    return [
        *("--job-id", "1", "--output-dir", output, "--device", f"{output}/device.yaml"),
        *more,
        f"{output}/job.yaml",
    ]


def test_the_process_ends_with_0_where_the_job_passes_and_rings(lab: ScriptedLab) -> None:
    bell = lab.folder / "bell"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(bell))
        command = [sys.executable, "-m", "pumice.dispatcher", *arguments(lab, "--bell", str(bell))]
        assert subprocess.run(command, check=False).returncode == 0
        listener.setblocking(False)
        assert listener.recv(10) == b""
    assert lab.outcome.end["result"] == "pass"


def test_a_wrong_call_ends_with_2(lab: ScriptedLab, capsys: pytest.CaptureFixture[str]) -> None:
    given = arguments(lab)
    assert main([*given[:-1], "/nowhere/job.yaml"]) == 2
    assert "cannot read /nowhere/job.yaml" in capsys.readouterr().err
    given[1] = "../1"
    assert main(given) == 2
    assert "--job-id" in capsys.readouterr().err


def test_a_job_may_only_be_validated(lab: ScriptedLab, capsys: pytest.CaptureFixture[str]) -> None:
    given = arguments(lab, "--validate")
    assert main(given) == 0
    assert not lab.outcome.output.joinpath("logs.yaml").exists()
    Path(given[-1]).write_text("actions: []")
    assert main(given) == 1
    assert "the key 'job' is missing (timeouts)" in capsys.readouterr().err


def test_a_log_that_cannot_be_written_any_more_ends_the_job_with_the_board_off(
    lab: ScriptedLab,
) -> None:
    given = arguments(lab)
    job = lab.order(lab.deploy(), lab.boot(), lab.test("yes | head -c 500000", "sleep 100"))
    Path(given[-1]).write_text(job.definition)
    limited = ["prlimit", "--fsize=200000", sys.executable, "-m", "pumice.dispatcher", *given]
    done = subprocess.run(limited, check=False, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert lab.outcome.end["error_type"] == "Infrastructure"
    assert lab.outcome.end["error_msg"] == "the log cannot be written: File too large"
    assert lab.outcome.cases("lava")["power-off"] == "pass"
