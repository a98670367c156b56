"""A coordinator and the jobs of a MultiNode group on scripted devices, each in its own process."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pumice.coordinator.main import CoordinatorConfig, main
from pumice.testing.scripted_lab import Outcome, ScriptedLab
from pumice.wire.coordinator import VARIABLE

SECONDS = 120.0
"""How long anything may take before the lab counts as stuck."""

TIMEOUTS = {"job": {"minutes": 2}, "action": {"minutes": 1}}
"""Those of each job: several boards on one busy machine take their time."""


class Coordinator:
    """A coordinator of its own, which can be killed and started again."""

    def __init__(self, folder: Path) -> None:
        self._journal = folder / "coordinator.sqlite3"
        self._process: subprocess.Popen[bytes] | None = None
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]

    def start(self) -> None:
        """Start it, and return once it answers."""
        command = [sys.executable, "-m", __name__, str(self.port), str(self._journal)]
        self._process = subprocess.Popen(command)
        wait_until(self._answers, "the coordinator answers")

    def kill(self) -> None:
        """Kill it: what it did not write is lost."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _answers(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
        except OSError:
            return False
        return True


@dataclass
class Member:
    """One job of the group: its lab, and what it does after its board has booted."""

    lab: ScriptedLab
    role: str
    actions: tuple[dict[str, Any], ...]
    keys: dict[str, Any]
    process: subprocess.Popen[bytes] | None = None

    @property
    def outcome(self) -> Outcome:
        return self.lab.outcome

    def says(self, text: str) -> bool:
        """Whether the job's log holds a text by now."""
        log = self.outcome.output / "logs.yaml"
        return log.exists() and text in log.read_text()

    def end(self) -> Outcome:
        """Wait for the job's end."""
        if self.process is None:
            raise AssertionError("the job was not started")
        outcome = self.outcome
        outcome.passed = self.process.wait(SECONDS) == 0
        return outcome

    def signal(self, number: int = signal.SIGTERM) -> None:
        """Cancel the job, or kill it."""
        if self.process is not None:
            self.process.send_signal(number)


@dataclass
class GroupLab:
    """A group and its coordinator; ``name`` is the group's.

    ``address`` is where its jobs look for a coordinator; where it is empty they are told nothing.
    """

    folder: Path
    name: str = "group-1"
    members: list[Member] = field(default_factory=list[Member])
    coordinator: Coordinator = field(init=False)
    address: str = field(init=False)

    def __post_init__(self) -> None:
        self.coordinator = Coordinator(self.folder)
        self.address = f"127.0.0.1:{self.coordinator.port}"

    def close(self) -> None:
        """End what still runs."""
        for member in self.members:
            if member.process is not None and member.process.poll() is None:
                member.process.terminate()
                member.process.wait(SECONDS)
        self.coordinator.kill()

    def lab(self, number: int) -> ScriptedLab:
        """A device of its own for a job of this number."""
        folder = self.folder / str(number)
        folder.mkdir()
        return ScriptedLab(folder, job_id=str(number), timeouts=dict(TIMEOUTS))

    def member(self, role: str, *actions: dict[str, Any], **keys: Any) -> Member:
        """Add a job of a role. ``actions`` follow its boot action; ``keys`` are of its part of
        the protocol."""
        lab = self.lab(len(self.members) + 1)
        return self.on(lab, role, lab.deploy(), lab.boot(), *actions, **keys)

    def on(self, lab: ScriptedLab, role: str, *actions: dict[str, Any], **keys: Any) -> Member:
        """Add a job of a role on this device; ``actions`` are all of its actions."""
        made = Member(lab, role, actions, keys)
        self.members.append(made)
        return made

    def testing(self, role: str, *steps: str, **keys: Any) -> Member:
        """Add a job of a role whose board runs these steps."""
        return self.member(role, ScriptedLab(self.folder).test(*steps), **keys)

    def start(self, *members: Member, size: int = 0) -> None:
        """Start these jobs, or all; a group is as large as there are members, or as ``size``."""
        for member in members or self.members:
            block = {
                "target_group": self.name,
                "role": member.role,
                "group_size": size or len(self.members),
                "sub_id": self.members.index(member),
                **member.keys,
            }
            member.lab.environment = {VARIABLE: self.address} if self.address else {}
            member.process = member.lab.start(*member.actions, protocols={"lava-multinode": block})

    def run(self) -> list[Outcome]:
        """Start all jobs and wait for them."""
        self.start()
        return [member.end() for member in self.members]


def wait_until(condition: Callable[[], bool], what: str) -> None:
    """Wait until something holds. Raises AssertionError where it does not."""
    until = time.monotonic() + SECONDS
    while not condition():
        if time.monotonic() > until:
            raise AssertionError(f"it does not happen in {SECONDS:.0f} seconds that {what}")
        time.sleep(0.02)


def _serve() -> int:
    port, journal = sys.argv[1:]
    listening = socket.create_server(("127.0.0.1", int(port)), backlog=128)
    return main(CoordinatorConfig(journal=Path(journal), listening=listening))


if __name__ == "__main__":
    sys.exit(_serve())
