"""The process of a virtual board: switched on and off, its streams its serial line."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import logging
import os
import signal
import subprocess
from collections.abc import Awaitable, Callable
from pathlib import Path

from pumice.boards.board import Board, Machine
from pumice.boards.faults import Line
from pumice.boards.qmp import Monitor
from pumice.boards.terminal import Terminal

log = logging.getLogger("pumice.boards")

MARK = "PUMICE_BOARD"
"""A variable in the environment of a board's processes: the board's folder."""

_LAST_WORDS = 1.0
"""Seconds that what a board has said may take to be heard after its end."""

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


class Power:
    """A board's power. Needs a running loop; nothing else waits for its process."""

    def __init__(
        self, board: Board, machine: Machine, say: Callable[[bytes], Awaitable[None]]
    ) -> None:
        """``say`` is told what the serial line says."""
        self._board, self._machine, self._say = board, machine, say
        self._process: _Process | None = None

    async def on(self) -> None:
        """Start the board, unless it is on. Raises OSError."""
        if self._process is not None and not self._process.gone.done():
            return
        await self._kill()
        self._process = _Process(self._board, self._machine, self._say)
        log.info("board-on: %s (process %d)", self._board.name, self._process.pid)

    async def off(self) -> None:
        """End the board, unless its fault is that it ignores this."""
        if self._board.fault != "ignores-power-off":
            await self._kill()

    async def reset(self) -> None:
        """End the board and start it. Raises OSError."""
        await self._kill()
        await self.on()

    async def close(self) -> None:
        """End the board, whatever its fault."""
        await self._kill()

    async def typed(self, data: bytes) -> None:
        """What is typed on the serial line; lost where the board is off."""
        if self._process is not None:
            await self._process.typed(data)

    async def _kill(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            await process.kill()


class _Process:
    def __init__(
        self, board: Board, machine: Machine, say: Callable[[bytes], Awaitable[None]]
    ) -> None:
        self._board, self._say = board, say
        self._line = Line(board.fault)
        self._monitor = Monitor() if machine.qemu and board.fault == "drops-network" else None
        self._terminal = Terminal()
        try:
            self._popen = self._start(machine)
        except OSError:
            self._terminal.close()
            raise
        finally:
            self._terminal.started()
            if self._monitor is not None:
                self._monitor.started()
        loop = asyncio.get_running_loop()
        self.pid = self._popen.pid
        self.gone: asyncio.Future[int] = loop.create_future()
        self._pidfd = os.pidfd_open(self.pid)
        loop.add_reader(self._pidfd, self._reap)
        self._work = {loop.create_task(self._carry())}

    def _start(self, machine: Machine) -> subprocess.Popen[bytes]:
        monitor, terminal = self._monitor, self._terminal.program
        self._board.folder.mkdir(parents=True, exist_ok=True)
        return subprocess.Popen(
            [*machine.command, *(monitor.options if monitor else ())],
            stdin=terminal,
            stdout=terminal,
            stderr=terminal,
            env={**os.environ, MARK: str(self._board.folder)},
            pass_fds=[monitor.fd] if monitor else [],
            start_new_session=True,
            preexec_fn=_die_with_parent,
        )

    async def typed(self, data: bytes) -> None:
        """Type this, unless the board ends before it has read it."""
        work = asyncio.create_task(self._terminal.write(data))
        self._work.add(work)
        await asyncio.wait([work])
        self._work.discard(work)

    async def kill(self) -> None:
        """End it, with all that it has started."""
        if not self.gone.done():
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)
            await self.gone
        kill_marked(self._board.folder)
        # What it said last is heard, unless the line is slow.
        await asyncio.wait(self._work, timeout=_LAST_WORDS)
        for task in self._work:
            task.cancel()
        await asyncio.gather(*self._work, return_exceptions=True)
        self._terminal.close()
        if self._monitor is not None:
            self._monitor.close()

    def _reap(self) -> None:
        asyncio.get_running_loop().remove_reader(self._pidfd)
        os.close(self._pidfd)
        status = self._popen.wait()
        log.info("board-ended: %s (process %d, status %d)", self._board.name, self.pid, status)
        self.gone.set_result(status)

    async def _carry(self) -> None:
        """Have the serial line say what the board says, until it ends."""
        line, was_cut = self._line, False
        while data := await self._terminal.read(line.chunk):
            if heard := line.carry(data):
                await self._say(heard)
            if line.cut and not was_cut and self._monitor is not None:
                was_cut = True
                await self._cut(self._monitor)
            if line.dead:
                # What else it offers, such as SSH, stands still with it.
                if not self.gone.done():
                    os.killpg(self.pid, signal.SIGSTOP)
                return
            if line.pace:
                await asyncio.sleep(len(data) / line.pace)

    async def _cut(self, monitor: Monitor) -> None:
        try:
            await asyncio.to_thread(monitor.cut_network)
        except OSError as error:
            log.warning("%s: its network was not cut: %s", self._board.name, error)


def kill_marked(folder: Path) -> None:
    """Kill the processes of a board, or of the boards below a folder, until none is left."""
    mark = f"{MARK}={folder}"
    while found := [pid for pid in _pids() if _is_marked(pid, mark)]:
        for pid in found:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue


def _pids() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def _is_marked(pid: int, mark: str) -> bool:
    try:
        environment = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return False  # it has ended, or is another user's
    encoded = os.fsencode(mark)
    return any(entry == encoded or entry.startswith(encoded + b"/") for entry in environment)


def _die_with_parent() -> None:
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
