"""Processes that are not necessarily our children: identity, end, and the mark of a job.

A process id alone names nobody for long, so a process is remembered with its start time and
the boot of its host. Its end is waited for through a pidfd. Everything that a job starts
inherits :data:`MARK` in its environment, by which it is found again in /proc.

Source: proc(5), pidfd_open(2).
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

MARK = "PUMICE_JOB_DIR"
"""The environment variable that names the job's folder in every process of a job."""

_PROC = Path("/proc")
_KILL_TIMEOUT = 10.0


@dataclass(frozen=True, slots=True)
class Identity:
    """One process for ever: its id, its start (clock ticks after boot), and the boot's id."""

    pid: int
    start: int
    boot: str


def boot_id() -> str:
    """The id of this boot of the host."""
    return (_PROC / "sys/kernel/random/boot_id").read_text().strip()


def identify(pid: int) -> Identity | None:
    """The identity of a process that runs now; None if there is none, or it is a zombie."""
    try:
        stat = (_PROC / str(pid) / "stat").read_text(errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    # The second field is the program's name in brackets, and may contain anything.
    fields = stat.rpartition(")")[2].split()
    return None if fields[0] in "ZX" else Identity(pid, int(fields[19]), boot_id())


def hold(identity: Identity) -> int | None:
    """A pidfd of this very process, to be closed by the caller; None if it no longer runs."""
    try:
        pidfd = os.pidfd_open(identity.pid)
    except ProcessLookupError:
        return None
    # Looked at after opening: the pidfd then cannot belong to a successor with the same id.
    if identify(identity.pid) == identity:
        return pidfd
    os.close(pidfd)
    return None


async def ended(pidfd: int) -> None:
    """Return when the process has ended; it need not be a child."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[None] = loop.create_future()

    def wake() -> None:
        loop.remove_reader(pidfd)
        if not future.done():
            future.set_result(None)

    loop.add_reader(pidfd, wake)
    try:
        await future
    finally:
        loop.remove_reader(pidfd)


def marked(match: Callable[[Path], bool]) -> dict[int, Path]:
    """Processes of jobs whose folder matches: ``{pid: folder}``. Other users' are not seen."""
    prefix = f"{MARK}=".encode()
    found: dict[int, Path] = {}
    for entry in _PROC.iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            environment = (entry / "environ").read_bytes()
        except OSError:
            continue  # gone meanwhile, a kernel thread, or not ours to look at
        for variable in environment.split(b"\0") if prefix in environment else ():
            if variable.startswith(prefix):
                folder = Path(os.fsdecode(variable.removeprefix(prefix)))
                if match(folder):
                    found[int(entry.name)] = folder
                break
    return found


async def kill_marked(match: Callable[[Path], bool]) -> list[int]:
    """Kill every process of the jobs whose folder matches, until none is left.

    Returns the ids of those that could not be killed within 10 s (stuck in the kernel).
    """
    deadline = time.monotonic() + _KILL_TIMEOUT
    # In a thread: reading the environment of a process that is stuck in the kernel can hang.
    while pids := list(await asyncio.to_thread(marked, match)):
        if time.monotonic() > deadline:
            return pids
        await _kill(pids, match, deadline)
    return []


async def _kill(pids: list[int], match: Callable[[Path], bool], deadline: float) -> None:
    held: dict[int, int] = {}
    try:
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                held[pid] = os.pidfd_open(pid)
        # Look once more, now that an id cannot pass to another process unnoticed.
        still = await asyncio.to_thread(marked, match)
        doomed = [pidfd for pid, pidfd in held.items() if pid in still]
        for pidfd in doomed:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(pidfd, signal.SIGKILL)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(max(0.1, deadline - time.monotonic())):
                await asyncio.gather(*(ended(pidfd) for pidfd in doomed))
    finally:
        for pidfd in held.values():
            os.close(pidfd)
