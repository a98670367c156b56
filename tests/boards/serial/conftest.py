"""A program behind a serial line, and clients of it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from pumice.boards import records
from pumice.boards.board import Machine
from pumice.boards.daemon import Unit
from pumice.boards.records import Record
from pumice.boards.terminal import Terminal

SECONDS = 60

ECHO = """import os
os.write(1, b"<ready>" if os.read(0, 5) == b"begin" else b"<wrong>")
while data := os.read(0, 4096): os.write(1, data)
"""
"""A program that says what is typed, after a beginning."""


def program(text: str) -> Machine:
    """A board that is a Python program on a raw terminal."""
    return Machine(command=(sys.executable, "-c", text), qemu=False)


MakeUnit = Callable[..., Awaitable[Unit]]


@pytest.fixture
async def unit(tmp_path: Path) -> AsyncIterator[MakeUnit]:
    """Makes boards with a serial line; they are ended after the test."""
    made: list[Unit] = []

    async def make(machine: Machine, fault: str | None = None) -> Unit:
        record = Record(
            kind="x86_64", images=tmp_path, ports=records.free_ports(1, ()), fault=fault
        )
        new = Unit(f"board-{len(made)}", tmp_path, record, machine)
        await new.open()
        made.append(new)
        assert new.problem == ""
        return new

    yield make
    for each in made:
        await each.close()


class Client:
    """A program on a terminal, such as telnet, and what it shows."""

    def __init__(self, *command: str) -> None:
        self.terminal = Terminal()
        self.seen = b""
        self._command = command
        self.process: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> Client:
        side = self.terminal.program
        self.process = await asyncio.create_subprocess_exec(
            *self._command, stdin=side, stdout=side, stderr=side
        )
        self.terminal.started()
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self.process is not None
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        await self.process.wait()
        self.terminal.close()

    async def until(self, wanted: bytes) -> bytes:
        """All that was shown, when that is in it."""
        async with asyncio.timeout(SECONDS):
            while wanted not in self.seen:
                data = await self.terminal.read(65536)
                assert data, f"ended after {self.seen!r}"
                self.seen += data
        return self.seen


@pytest.fixture
def telnet() -> Callable[[int], Client]:
    """Debian's telnet, as a device's ``connection_command`` has it."""
    assert os.access("/usr/bin/telnet", os.X_OK), "install the package telnet"
    return lambda port: Client("telnet", "-E", "127.0.0.1", str(port))
