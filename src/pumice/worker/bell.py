"""The bell: how a dispatcher tells its worker that the spool has grown.

A unix datagram socket for each job. A datagram says "look"; its content does not matter, and
one that is lost while the worker restarts does no harm, because the worker looks when it starts.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from hashlib import sha256
from pathlib import Path

_LONGEST = 107
"""Bytes in a socket's path, without the final zero (unix(7))."""


def path_for(run: Path, job: int) -> Path:
    """Where a job's bell hangs: in ``run``, or in /tmp where that path would be too long."""
    path = run / f"bell-{job}"
    if len(str(path).encode()) <= _LONGEST:
        return path
    short = sha256(str(run).encode()).hexdigest()[:16]
    return Path("/tmp") / f"pumice-bell-{short}-{job}"  # noqa: S108 - only "look" can be said


class Bell:
    """Listens for one job's dispatcher. Needs a running loop."""

    def __init__(self, path: Path) -> None:
        """Hang the bell, in the place of one that a killed worker left."""
        self.path = path
        path.unlink(missing_ok=True)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        self._socket.bind(str(path))
        path.chmod(0o600)
        self._rung = asyncio.Event()
        asyncio.get_running_loop().add_reader(self._socket, self._drain)

    def ring(self) -> None:
        """Wake the listener, as a datagram does."""
        self._rung.set()

    async def wait(self, seconds: float) -> None:
        """Return when the bell has rung since the last call, or after that time."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._rung.wait()
        self._rung.clear()

    def close(self) -> None:
        """Stop listening; the path stays, for the next worker. May be called again."""
        if self._socket.fileno() >= 0:
            asyncio.get_running_loop().remove_reader(self._socket)
            self._socket.close()

    def remove(self) -> None:
        """Stop listening, and take the bell down."""
        self.close()
        self.path.unlink(missing_ok=True)

    def _drain(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while True:
                self._socket.recv(16)
        self._rung.set()
