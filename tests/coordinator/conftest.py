"""A coordinator in a process of its own, and jobs that speak to it over sockets."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

SECONDS = 60
Answer = dict[str, Any]


class Running:
    """A coordinator: ``python -m pumice coordinator``."""

    def __init__(self, directory: Path, *limits: str) -> None:
        """``limits``: those of its process, as options of ``prlimit``."""
        self.directory = directory
        self.port = 0
        self._limit = ["prlimit", *limits] if limits else []
        self.start()

    def start(self) -> None:
        """Start it, on the same port as before."""
        command = [
            *(*self._limit, sys.executable, "-m", "pumice", "coordinator"),
            *("--dir", str(self.directory), "--listen", f"127.0.0.1:{self.port}"),
        ]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line.startswith("The coordinator answers at 127.0.0.1:"), line
        self.port = int(line.rpartition(":")[2])

    def stop(self, number: signal.Signals) -> int:
        """End it; its exit status."""
        self.process.send_signal(number)
        self.process.communicate(timeout=SECONDS)
        return self.process.returncode

    def end(self) -> None:
        """Kill it, whether it still runs or not."""
        self.process.kill()
        self.process.communicate()

    def memory(self) -> int:
        """The bytes that it has in memory."""
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
        raise AssertionError("the coordinator has ended")

    def connect(self) -> socket.socket:
        """A connection to it."""
        return socket.create_connection(("127.0.0.1", self.port), SECONDS)

    def send_raw(self, sent: bytes) -> bytes:
        """Send bytes, close the sending side, and read what comes until the end."""
        with self.connect() as connection:
            connection.sendall(sent)
            connection.shutdown(socket.SHUT_WR)
            return _all(connection)

    def job(self, name: str, role: str, group: str = "group") -> Job:
        """A job of a group."""
        return Job(self, name, role, group)


class Job:
    """A job as LAVA's dispatcher speaks for it: one connection a request, closed half-way."""

    def __init__(self, coordinator: Running, name: str, role: str, group: str) -> None:
        self._coordinator = coordinator
        self._base = {
            "port": coordinator.port,
            "blocksize": 4096,
            "poll_delay": 3,
            "host": "localhost",
            "hostname": "dispatcher",
            "client_name": name,
            "group_name": group,
            "role": role,
        }

    def begin(self, request: str, **fields: Any) -> socket.socket:
        """Send a request; the connection on which its answer will come."""
        body = json.dumps({**self._base, "request": request, **fields}).encode()
        connection = self._coordinator.connect()
        try:
            connection.sendall(b"%08X" % len(body) + body)
            connection.shutdown(socket.SHUT_WR)
        except OSError:
            connection.close()
            raise
        return connection

    def ask(self, request: str, **fields: Any) -> Answer:
        """Send a request; the answer."""
        with self.begin(request, **fields) as connection:
            return answer(connection)


def answer(connection: socket.socket) -> Answer:
    """The answer that comes on a connection."""
    got = _all(connection)
    assert got, "the connection was closed without an answer"
    assert int(got[:8], 16) == len(got) - 8
    return json.loads(got[8:])


def _all(connection: socket.socket) -> bytes:
    blocks: list[bytes] = []
    while block := connection.recv(1 << 16):
        blocks.append(block)
    return b"".join(blocks)


def wait_for(happened: Callable[[], object]) -> None:
    """Return when it has happened."""
    end = time.monotonic() + SECONDS
    while not happened():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)


@pytest.fixture
def coordinator(tmp_path: Path) -> Iterator[Running]:
    running = Running(tmp_path)
    yield running
    running.end()


@pytest.fixture
def pair(coordinator: Running) -> tuple[Job, Job]:
    """Two jobs, server and client, that have registered."""
    both = coordinator.job("1", "server"), coordinator.job("2", "client")
    for one in both:
        one.ask("group_data", group_size=2)
    return both
