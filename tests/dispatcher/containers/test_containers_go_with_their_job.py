"""Nothing of a job's containers outlives it, whatever ends it."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import time
from pathlib import Path

from pumice.testing.container_lab import ContainerLab, Engine
from pumice.worker.processes import kill_marked

_SECONDS = 20.0


def _wait_for(lab: ContainerLab, text: str) -> None:
    log = lab.outcome.output / "logs.yaml"
    limit = time.monotonic() + _SECONDS
    while not log.exists() or text not in log.read_text():
        assert time.monotonic() < limit, log.read_text()
        time.sleep(0.05)


def _wait_until_gone(engine: Engine) -> None:
    limit = time.monotonic() + _SECONDS
    while engine.containers():
        assert time.monotonic() < limit, "containers are left behind"
        time.sleep(0.05)


def _start(lab: ContainerLab) -> subprocess.Popen[bytes]:
    process = lab.start(
        lab.image(), lab.start_container(), lab.test("echo seen-$((40 + 2))", "sleep 100")
    )
    _wait_for(lab, "seen-42")
    return process


def test_a_job_that_is_canceled_leaves_none(lab: ContainerLab, engine: Engine) -> None:
    process = _start(lab)
    assert engine.containers() == ["lava-1-2.1"]
    process.send_signal(signal.SIGTERM)
    process.wait(_SECONDS)
    assert engine.containers() == []
    assert lab.outcome.end["error_type"] == "Canceled"


def test_a_worker_finds_those_of_a_dispatcher_that_was_killed(
    lab: ContainerLab, engine: Engine, tmp_path: Path
) -> None:
    process = _start(lab)
    os.kill(process.pid, signal.SIGKILL)
    process.wait(_SECONDS)
    assert engine.containers() == ["lava-1-2.1"]
    output = lab.outcome.output.resolve()
    assert asyncio.run(kill_marked(lambda folder: folder == output)) == []
    _wait_until_gone(engine)
    subprocess.run(["rm", "-r", str(output / "files")], check=True)
