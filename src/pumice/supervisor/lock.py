"""One ``pumice up`` a folder."""

from __future__ import annotations

import fcntl
import os
import time
from contextlib import suppress
from pathlib import Path
from typing import IO

from pumice.supervisor.errors import LabInUse

_PATIENCE_SECONDS = 8.0
_STEP_SECONDS = 0.05


def take(directory: Path) -> IO[str]:
    """Take the folder's lock; it lasts until the returned file is closed here and in all
    processes forked from here.

    So a start that follows a killed one waits, up to 8 s, until the last of its processes has
    ended. Raises LabInUse at once where the process that took the lock lives.
    """
    path = directory / "run" / "up.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = path.open("a+")
    try:
        _wait(lock, directory)
    except LabInUse:
        lock.close()
        raise
    lock.truncate(0)
    lock.write(f"{os.getpid()}\n")
    lock.flush()
    return lock


def _wait(lock: IO[str], directory: Path) -> None:
    end = time.monotonic() + _PATIENCE_SECONDS
    while True:
        with suppress(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        lock.seek(0)
        holder = lock.read().strip()
        if _lives(holder):
            raise LabInUse(f"{directory} is in use by another pumice up (process {holder})")
        if time.monotonic() > end:
            raise LabInUse(f"{directory}: processes of an earlier pumice up have not ended yet")
        # Nothing announces that a lock was released by processes that are not ours.
        time.sleep(_STEP_SECONDS)


def _lives(pid: str) -> bool:
    """Whether this process exists and has not ended (an unreaped one has)."""
    if not pid.isdecimal():
        return False
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return status.rpartition(")")[2].split()[0] not in "ZX"
