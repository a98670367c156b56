"""The process that runs the boards of a lab."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pumice.boards import records, switches
from pumice.boards.records import Record

SECONDS = 60


class Lab:
    """A folder with boards, and the process that runs them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.process: subprocess.Popen[bytes] | None = None

    def add(self, name: str, **changes: object) -> Record:
        """A PC with U-Boot, which is a real QEMU."""
        ports = records.free_ports(1, records.ports_taken(self.folder))
        record = Record(kind="uboot-x86", images=self.folder, ports=ports)
        record = record.model_copy(update=changes)
        records.write(self.folder, name, record)
        (self.folder / "tftp").mkdir(exist_ok=True)
        return record

    def start(self) -> None:
        command = [sys.executable, "-m", "pumice.boards.daemon", str(self.folder)]
        self.process = subprocess.Popen(command)
        until = time.monotonic() + SECONDS
        while True:
            try:
                assert switches.ask(self.folder, "reload") == switches.OK
            except (FileNotFoundError, ConnectionRefusedError):
                assert self.process.poll() is None
                assert time.monotonic() < until
                time.sleep(0.05)
            else:
                return

    def power(self, name: str, word: str) -> subprocess.CompletedProcess[str]:
        """Run a device's command for power."""
        command = [sys.executable, "-m", "pumice.boards.power", str(self.folder), name, word]
        return subprocess.run(command, capture_output=True, text=True)

    def running(self) -> list[int]:
        """The processes of the boards."""
        mark = f"PUMICE_BOARD={self.folder}/boards/".encode()
        found: list[int] = []
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                if any(
                    part.startswith(mark) for part in (entry / "environ").read_bytes().split(b"\0")
                ):
                    found.append(int(entry.name))
            except OSError:
                continue
        return found

    def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        process, self.process = self.process, None
        if process is not None:
            process.send_signal(number)
            process.wait(SECONDS)


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    # Longer than the path of a socket may be.
    folder = tmp_path / ("a-lab-in-a-deep-folder-" * 5)
    folder.mkdir()
    lab = Lab(folder)
    yield lab
    lab.stop()
    assert lab.running() == []


def test_boards_are_switched_by_commands_and_all_end_with_the_process(lab: Lab) -> None:
    lab.add("one")
    lab.start()
    assert lab.power("one", "on").returncode == 0
    (first,) = lab.running()
    assert lab.power("one", "reset").returncode == 0
    (second,) = lab.running()
    assert first != second
    assert lab.power("one", "off").returncode == 0
    assert lab.running() == []
    lab.power("one", "on")
    assert len(lab.running()) == 1
    lab.stop()
    assert lab.running() == []


def test_a_board_that_is_added_works_at_once_and_one_that_is_removed_ends(lab: Lab) -> None:
    lab.start()
    refused = lab.power("late", "on")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "'late'" in refused.stderr
    record = lab.add("late")
    assert switches.ask(lab.folder, "reload") == switches.OK
    assert lab.power("late", "on").returncode == 0
    socket.create_connection(("127.0.0.1", record.ports[0])).close()
    records.remove(lab.folder, "late")
    assert switches.ask(lab.folder, "reload") == switches.OK
    assert lab.running() == []
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", record.ports[0]))


def test_what_a_killed_process_left_running_is_killed(lab: Lab) -> None:
    lab.add("one")
    lab.start()
    lab.power("one", "on")
    lab.stop(signal.SIGKILL)
    mark = {"PUMICE_BOARD": f"{lab.folder}/boards/one"}
    left = subprocess.Popen(["sleep", "600"], env={**os.environ, **mark}, start_new_session=True)
    others = {"PUMICE_BOARD": f"{lab.folder}-2/boards/one"}
    other = subprocess.Popen(["sleep", "600"], env={**os.environ, **others})
    lab.start()
    assert left.wait(SECONDS) == -signal.SIGKILL
    assert other.poll() is None
    other.kill()
    other.wait()
    assert lab.power("one", "on").returncode == 0
    assert len(lab.running()) == 1


def test_a_port_that_is_taken_is_said_and_taken_when_it_is_free(lab: Lab) -> None:
    with socket.create_server(("127.0.0.1", 0)) as squatter:
        lab.add("one", ports=(squatter.getsockname()[1],))
        lab.add("other")
        lab.start()
        refused = lab.power("one", "on")
        assert refused.returncode == 1
        assert "address already in use" in refused.stderr
        assert lab.power("other", "on").returncode == 0
    assert switches.ask(lab.folder, "reload") == switches.OK
    assert lab.power("one", "on").returncode == 0
    assert len(lab.running()) == 2


@pytest.mark.parametrize("text", ["a: [", "kind: uboot-x86", "- list", "kind: no\nimages: /tmp\n"])
def test_a_file_that_is_none_hinders_no_other_board(lab: Lab, text: str) -> None:
    lab.add("good")
    (lab.folder / "boards" / "bad.yaml").write_text(text)
    lab.start()
    assert lab.power("good", "on").returncode == 0
    assert lab.power("bad", "on").returncode == 1


def test_who_asks_for_nonsense_is_told(lab: Lab) -> None:
    lab.add("one")
    lab.start()
    assert "cannot" in switches.ask(lab.folder, "explode one")
    assert "no virtual board ''" in switches.ask(lab.folder, "")
    with pytest.raises(ConnectionError):
        switches.ask(lab.folder, "on " + "x" * 100_000)
    assert lab.power("one", "explode").returncode == 2
    lab.stop()
    silent = lab.power("one", "on")
    assert silent.returncode == 1
    assert "do not run" in silent.stderr
