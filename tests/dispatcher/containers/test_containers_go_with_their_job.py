"""Nothing of a job's containers outlives it, whatever ends it."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from pumice.testing.container_lab import BUSYBOX, PROMPT, ContainerLab, Engine
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


def test_a_container_can_share_another_one_s_network(lab: ContainerLab) -> None:
    outcome = lab.run(
        lab.image(container_name="server"),
        lab.start_container(),
        lab.inside("true", docker={"network_from": "server", "container_name": "client"}),
    )
    assert outcome.passed, outcome.end
    assert "--name=lava-1-server" in outcome.text
    assert "--network=container:lava-1-server" in outcome.text
    assert "--name=lava-1-client" in outcome.text


def test_tests_in_a_container_leave_the_board_s_console_alone(lab: ContainerLab) -> None:
    outcome = lab.run(
        lab.image(),
        lab.start_container(),
        lab.test("touch /on-the-board", name="before"),
        lab.inside("lava-test-case other --shell test ! -e /on-the-board", name="beside"),
        lab.test("lava-test-case same --shell test -e /on-the-board", name="after"),
    )
    assert outcome.passed, outcome.end
    assert outcome.cases("1_beside") == {"other": "pass"}
    assert outcome.cases("2_after") == {"same": "pass"}


@pytest.mark.parametrize("name", ["Upper", "-option", "a b"])
def test_a_name_that_is_no_image_is_refused(lab: ContainerLab, name: str) -> None:
    outcome = lab.run(lab.image(name), lab.start_container(prompts=[PROMPT]))
    assert outcome.end["error_type"] == "Job"
    assert "image" in outcome.end["error_msg"]
    assert BUSYBOX not in outcome.text
