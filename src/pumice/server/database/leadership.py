"""Leadership: of several processes of a kind, one is active; another follows when it ends.

On PostgreSQL an advisory lock, held by a connection of its own; on SQLite, whose processes share
a host, a lock on a file in ``DIR/run``. Both end with the process, however it ends.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings

from pumice.server.database import is_postgresql
from pumice.server.database.wake import connect


class Leadership:
    """The right to be the active process of a kind."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._file: int | None = None
        self._connection: psycopg.Connection[Any] | None = None

    def acquire(self) -> bool:
        """Whether this process is (now) the active one; asks without waiting.

        Call it before every step: a lost connection loses the leadership too.
        Raises psycopg.Error when the database cannot be reached.
        """
        return self._acquire_lock() if is_postgresql() else self._acquire_file()

    def release(self) -> None:
        """Let another process take over at once."""
        if self._file is not None:
            os.close(self._file)
        if self._connection is not None:
            self._connection.close()
        self._file = self._connection = None

    def _acquire_file(self) -> bool:
        if self._file is not None:
            return True
        folder = Path(settings.RUN_DIR)
        folder.mkdir(parents=True, exist_ok=True)
        file = os.open(folder / f"{self._kind}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            return False
        self._file = file
        return True

    def _acquire_lock(self) -> bool:
        if self._connection is not None:
            try:
                self._connection.execute("SELECT 1")
            except psycopg.Error:
                self.release()
        if self._connection is not None:
            return True
        mine = connect()
        row = mine.execute("SELECT pg_try_advisory_lock(%s)", (_number(self._kind),)).fetchone()
        if not row or not row[0]:
            mine.close()
            return False
        self._connection = mine
        return True


def _number(kind: str) -> int:
    digest = hashlib.sha256(f"pumice {kind}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)
