"""Example jobs of kinds of virtual boards, run by the real dispatcher on such a board."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

from pumice.boards import images, kinds, records, standin, switches
from pumice.boards.board import Board, Kind
from pumice.boards.emulator import GATEWAY
from pumice.boards.records import Record
from pumice.devices import library
from pumice.devices.rendering import render
from pumice.dispatcher.main import MARK, Order
from pumice.formats import yaml
from pumice.testing.scripted_lab import Outcome, ScriptedLab, marked

NAME = "board-1"
START_SECONDS = 180
EXAMPLES = Path(__file__).parents[2] / "examples" / "jobs"
FOLDER = "/var/cache/pumice/boards"
"""Where the examples have the images of a lab of root's."""


class KindLab(ScriptedLab):
    """A lab with one virtual board."""

    kind: Kind
    record: Record
    context: dict[str, Any]

    @property
    def board(self) -> Board:
        return self.record.board(NAME, self.folder)

    def device(self) -> dict[str, Any]:
        text = render(self.kind.dictionary(self.board), library, context=self.context)
        return {**yaml.load(text).data, "hostname": NAME}

    def order(self, *actions: dict[str, Any], **job: Any) -> Order:
        self.context = job["context"]
        if self.kind.loads:
            self.dispatcher += f"dispatcher_ip: {GATEWAY}\ntftp_directory: {self.board.tftp}\n"
        return super().order(*actions, **job)

    def example(self) -> dict[str, Any]:
        """The kind's example job, as a lab of this user has it."""
        text = (EXAMPLES / self.kind.job).read_text()
        return {"context": {}, **yaml.load(text.replace(FOLDER, str(self.record.images))).data}

    def run_example(self) -> Outcome:
        """Run the kind's example job."""
        job = self.example()
        return self.run(*job.pop("actions"), **job)

    @contextlib.contextmanager
    def switched(self) -> Generator[None]:
        """Have a process that runs the board's machine, where it has one, until the block ends."""
        command = [sys.executable, "-m", "pumice.boards.daemon", str(self.folder)]
        runs = subprocess.Popen(command)
        try:
            until = time.monotonic() + START_SECONDS
            while True:
                try:
                    assert switches.ask(self.folder, "reload") == switches.OK
                    break
                except (FileNotFoundError, ConnectionRefusedError):
                    assert runs.poll() is None and time.monotonic() < until
                    time.sleep(0.05)
            yield
        finally:
            runs.terminate()
            assert runs.wait(START_SECONDS) == 0


def lab_of(kind: Kind, folder: Path, fault: str | None = None) -> KindLab:
    """A lab whose board is of this kind; what its example job boots is made."""
    lab = KindLab(folder)
    lab.kind = kind
    lab.record = Record(
        kind=kind.name,
        images=images.default_folder(),
        ports=records.free_ports(kind.ports, ()),
        fault=fault,
    )
    kind.make(lab.record.images)
    lab.board.tftp.mkdir()
    records.write(folder, NAME, lab.record)
    if fault is not None:
        standin.install(lab.board.folder, fault)
    return lab


@pytest.fixture
def lab(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[KindLab]:
    """A lab with a board of the kind that the test's parameter names, before a ``/`` and a fault
    where it has one."""
    monkeypatch.delenv(MARK, raising=False)
    # A short path: that of a socket has 107 characters at most.
    with tempfile.TemporaryDirectory(prefix="pumice-") as folder:
        kind, _, fault = request.param.partition("/")
        lab = lab_of(kinds.find(kind), Path(folder), fault or None)
        with lab.switched():
            yield lab
        os.environ.pop(MARK, None)
        assert marked(lab.outcome.output) == [], "processes of the job are left behind"
