"""Processes that end with the job, whatever ends it.

Each leads a session of its own, so that it and its children can be ended together, and the
kernel kills it when the dispatcher dies.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from pumice.dispatcher.errors import ConfigurationError, InfrastructureError

MARK = "PUMICE_JOB_DIR"
"""Every process of a job has this variable, which names the job's output folder."""

_PR_SET_PDEATHSIG = 1
_KILL_SECONDS = 10.0
_LOOK_AGAIN = 0.02
_libc = ctypes.CDLL(None, use_errno=True)


def die_with_parent() -> None:
    """For a child between fork and exec: be killed when the parent dies."""
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def find(program: str) -> str:
    """The path of a program. Raises ConfigurationError where it is not installed."""
    path = shutil.which(program)
    if path is None:
        raise ConfigurationError(f"the program {program} is not installed on this worker")
    return path


class Process:
    """A program that runs until it ends or is ended; ``ended`` is called once, with its status.

    The status is as in :mod:`subprocess`: the exit code, or the negative number of a signal.
    """

    def __init__(
        self,
        arguments: Sequence[str],
        ended: Callable[[int], None],
        *,
        stdio: int = subprocess.DEVNULL,
    ) -> None:
        """Start it, with ``stdio`` as standard input, output and error.

        Raises InfrastructureError where it cannot be started.
        """
        self.name = arguments[0].rsplit("/", 1)[-1]
        try:
            self._popen = subprocess.Popen(
                arguments,
                stdin=stdio,
                stdout=stdio,
                stderr=stdio,
                start_new_session=True,
                preexec_fn=die_with_parent,
            )
        except OSError as error:
            raise InfrastructureError(f"cannot start {arguments[0]}: {error.strerror}") from error
        self.pid = self._popen.pid
        self._ended = ended
        self._gone: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._pidfd = os.pidfd_open(self.pid)
        asyncio.get_running_loop().add_reader(self._pidfd, self._reap)

    def _reap(self) -> None:
        asyncio.get_running_loop().remove_reader(self._pidfd)
        os.close(self._pidfd)
        status = self._popen.wait()
        self._gone.set_result(status)
        self._ended(status)

    @property
    def status(self) -> int | None:
        """Its status where it has ended."""
        return self._gone.result() if self._gone.done() else None

    async def wait(self) -> int:
        """Return its status when it has ended."""
        return await asyncio.shield(self._gone)

    async def end(self, grace: float = 2.0) -> None:
        """End it and all of its session: politely, and after ``grace`` seconds for certain."""
        try:
            if not self._gone.done() and grace > 0:
                self._signal(signal.SIGTERM)
                await asyncio.wait([self._gone], timeout=grace)
        finally:
            # Also what it started and left behind, and also where the wait is interrupted.
            self._signal(signal.SIGKILL)
            _end_session(self.pid)
        await self.wait()

    def _signal(self, number: int) -> None:
        try:
            os.killpg(self.pid, number)
        except (ProcessLookupError, PermissionError):
            return  # all of the session has gone


def _end_session(leader: int) -> None:
    """Kill what is left of a session, until a look finds nothing: it may go on starting things."""
    while members := [pid for pid in _pids() if _session(pid) == leader]:
        for pid in members:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue


def _pids() -> list[int]:
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]  # noqa: PTH208 - quick


def _session(pid: int) -> int:
    """The session of a process that lives; 0 for one that has ended."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_bytes()
    except OSError:
        return 0
    state, _, _, session = stat[stat.rindex(b")") + 2 :].split()[:4]
    return 0 if state in (b"Z", b"X") else int(session)


def kill_marked(mark: str) -> list[int]:
    """Kill all other processes whose :data:`MARK` is this, until none is left.

    Returns the ids of those that could not be killed within 10 s.
    """
    variable = f"{MARK}={mark}".encode()
    deadline = time.monotonic() + _KILL_SECONDS
    while found := [pid for pid in _pids() if pid != os.getpid() and _has(pid, variable)]:
        if time.monotonic() > deadline:
            return found
        for pid in found:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(_LOOK_AGAIN)
    return []


def _has(pid: int, variable: bytes) -> bool:
    try:
        return variable in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return False  # gone meanwhile, a kernel thread, or another user's


async def begin(
    arguments: Sequence[str],
    *,
    stdin: int = asyncio.subprocess.DEVNULL,
    stdout: int = asyncio.subprocess.PIPE,
    stderr: int = asyncio.subprocess.STDOUT,
    environment: Mapping[str, str] | None = None,
) -> asyncio.subprocess.Process:
    """Start a program whose output is read here; it leads a session, and dies when we do.

    ``environment`` is added to the dispatcher's own.
    Raises InfrastructureError where it cannot be started.
    """
    try:
        return await asyncio.create_subprocess_exec(
            *arguments,
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            start_new_session=True,
            preexec_fn=die_with_parent,
            env={**os.environ, **(environment or {})},
        )
    except OSError as error:
        raise InfrastructureError(f"cannot start {arguments[0]}: {error.strerror}") from error


def kill_holders(pipe: int) -> int:
    """Kill the other processes that have this pipe open, by its inode; how many there were."""
    name, found = f"pipe:[{pipe}]", 0
    for pid in _pids():
        if pid != os.getpid() and _holds(pid, name):
            found += 1
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
    return found


def _holds(pid: int, name: str) -> bool:
    try:
        entries = os.listdir(f"/proc/{pid}/fd")  # noqa: PTH208 - quick
    except OSError:
        return False  # gone meanwhile, or another user's
    for entry in entries:
        with contextlib.suppress(OSError):  # closed meanwhile
            if os.readlink(f"/proc/{pid}/fd/{entry}") == name:  # noqa: PTH115 - quick
                return True
    return False


def kill_group(leader: int) -> None:
    """Kill a process that leads a group, and all of that group; one that has ended is all right."""
    try:
        os.killpg(leader, signal.SIGKILL)
    except ProcessLookupError:
        return  # it ended meanwhile


async def run(command: Sequence[str]) -> tuple[int, str]:
    """Run a program to its end: its status, and what it said on both its outputs.

    It is killed where the caller is interrupted. Raises OSError where it cannot be started.
    """
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        said, _ = await process.communicate()
    except asyncio.CancelledError:
        process.kill()
        await process.wait()
        raise
    return process.returncode or 0, said.decode("utf-8", "replace").strip()


def ending(status: int) -> str:
    """Say how a process ended: ``ended with status 1`` or ``was killed by SIGKILL``."""
    if status >= 0:
        return f"ended with status {status}"
    try:
        name = signal.Signals(-status).name
    except ValueError:
        name = f"signal {-status}"
    return f"was killed by {name}"
