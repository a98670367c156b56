"""Parents with children, each in a process of its own, and what becomes of them."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

SECONDS = 20

# Children write their process id into a file a start: <role>.1, <role>.2, ...
_PROGRAM = """
import logging, os, signal, sys, time
from pathlib import Path
from pumice.supervisor import family
from pumice.supervisor.family import Child, Family

logging.basicConfig(level="INFO")
family.PATIENCE_SECONDS = 1.0
folder = Path(sys.argv[1])

def lives():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    begin("lives")

def deaf():
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    begin("deaf")

def broken():
    raise ValueError("never works")

def begin(role):
    draft = folder / f".{role}"
    draft.write_text(str(os.getpid()))
    draft.rename(folder / f"{role}.{len(list(folder.glob(role + '.*'))) + 1}")
    time.sleep(600)

Family(Child(role, globals()[role]) for role in sys.argv[2:]).run()
"""


class Parent:
    """A process that runs a family of children of these roles: lives, deaf, broken."""

    def __init__(self, folder: Path, *roles: str) -> None:
        self._folder = folder
        self._output = folder / "output"
        with self._output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-c", _PROGRAM, str(folder), *roles], stdout=output, stderr=output
            )

    def child(self, role: str, start: int = 1) -> int:
        """The process id of a child at its n-th start, as soon as there is one."""
        path = self._folder / f"{role}.{start}"
        wait_for(path.exists)
        return int(path.read_text())

    @property
    def output(self) -> str:
        return self._output.read_text()

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Tell the parent to stop; its exit status."""
        self.process.send_signal(number)
        return self.process.wait(SECONDS)


def wait_for(happened: Callable[[], object]) -> None:
    end = time.monotonic() + SECONDS
    while not happened():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)


def lives(pid: int) -> bool:
    """Whether there is such a process; one that has ended and was not waited for counts as gone."""
    with suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


@pytest.fixture
def parent(tmp_path: Path) -> Iterator[Callable[..., Parent]]:
    parents: list[Parent] = []

    def start(*roles: str) -> Parent:
        parents.append(Parent(tmp_path, *roles))
        return parents[-1]

    yield start
    for one in parents:
        one.process.kill()
        one.process.wait()
