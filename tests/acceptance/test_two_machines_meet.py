"""Two emulated machines talk through a coordinator that is killed and started again meanwhile."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pumice.boards import images
from pumice.testing import qemu_boards
from pumice.testing.group_lab import Coordinator
from pumice.testing.scripted_lab import Outcome
from pumice.wire.coordinator import VARIABLE

SECONDS = 300
JOB = Path(__file__).parents[2] / "examples" / "groups" / "two-machines.yaml"


@pytest.fixture
def coordinator(tmp_path: Path) -> Iterator[Coordinator]:
    one = Coordinator(tmp_path)
    one.start()
    yield one
    one.kill()


@pytest.fixture
def run(tmp_path: Path, coordinator: Coordinator) -> Iterator[Callable[..., Run]]:
    runs: list[Run] = []

    def start(role: str, job: str) -> Run:
        runs.append(Run(tmp_path, role, job, coordinator.port))
        return runs[-1]

    yield start
    for one in runs:
        one.process.kill()
        one.process.wait()


class Run:
    """``pumice run`` of one job of the group."""

    def __init__(self, folder: Path, role: str, job: str, port: int) -> None:
        made = images.make(images.default_folder())
        definition, device = folder / f"{role}.yaml", folder / f"{role}.jinja2"
        text = JOB.read_text().replace("/var/cache/pumice/boards", str(made.vmlinux.parent))
        definition.write_text(text)
        device.write_text(qemu_boards.qemu(no_kvm=True))
        self.output = folder / role
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "pumice", "run", str(definition)),
                *("--role", role, "--group", "two", "--job-id", job),
                *("--device", str(device), "--output-dir", str(self.output)),
            ],
            env={**os.environ, VARIABLE: f"127.0.0.1:{port}"},
        )

    def says(self, text: str) -> bool:
        """Whether its log has this text."""
        log = self.output / "logs.yaml"
        return log.exists() and text in log.read_text()


def test_both_complete(run: Callable[..., Run], coordinator: Coordinator) -> None:
    server, client = run("server", "1"), run("client", "2")
    _wait_for(lambda: server.says("multinode-send-up") or server.process.poll() is not None)
    coordinator.kill()
    coordinator.start()
    assert [one.process.wait(SECONDS) for one in (server, client)] == [0, 0]
    assert Outcome(server.output).result("0_serve", "client-was-here")["result"] == "pass"
    assert Outcome(client.output).result("0_visit", "server-address")["result"] == "pass"


def _wait_for(happened: Callable[[], object]) -> None:
    end = time.monotonic() + SECONDS
    while not happened():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)
