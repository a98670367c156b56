"""The journal: what is known of all groups, in an SQLite file, so that a restart forgets nothing.

It holds the present, not the past: one row a group, one row a fact. Values are JSON. The file
is readable for its owner only, since messages may hold anything.
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import orjson

from pumice.coordinator.errors import JournalUnusable
from pumice.coordinator.group import Fact, Kind
from pumice.coordinator.groups import Changes, Groups

_VERSION = 1
_LOCK_SECONDS = 2.0
_TABLES = """
BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS groups (
    name TEXT PRIMARY KEY, size INTEGER NOT NULL, used REAL NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS facts (
    name TEXT NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL, client TEXT NOT NULL,
    value BLOB NOT NULL, PRIMARY KEY (name, kind, subject, client)
) WITHOUT ROWID;
COMMIT;
"""


class Journal:
    """One journal, which no other process uses meanwhile; its thread's alone."""

    def __init__(self, path: Path) -> None:
        """Open the file, and make it where there is none. Raises JournalUnusable."""
        try:
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
            self._database = sqlite3.connect(path, timeout=_LOCK_SECONDS, isolation_level=None)
        except (OSError, sqlite3.Error) as error:
            raise JournalUnusable(f"{path} cannot be opened: {error}") from error
        try:
            self._take()
            self._prepare()
        except (sqlite3.Error, JournalUnusable) as error:
            self._database.close()
            raise JournalUnusable(f"{path} cannot be used: {error}") from error

    def _take(self) -> None:
        # The lock is held until the end: a second coordinator must not believe that it is alone.
        self._database.execute("PRAGMA locking_mode=EXCLUSIVE")
        try:
            self._database.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
                raise JournalUnusable("another coordinator has it") from error
            raise

    def _prepare(self) -> None:
        self._database.execute("PRAGMA synchronous=FULL")
        version = self._database.execute("PRAGMA user_version").fetchone()[0]
        if version not in (0, _VERSION):
            raise JournalUnusable("it was written by another version")
        self._database.executescript(_TABLES)
        self._database.execute(f"PRAGMA user_version={_VERSION}")

    def load(self, groups: Groups) -> None:
        """Give all that is known to ``groups``. Raises JournalUnusable."""
        try:
            rows = self._database.execute("SELECT name, size, used FROM groups").fetchall()
            facts = self._database.execute("SELECT name, kind, subject, client, value FROM facts")
            groups.restore(
                {name: (size, used) for name, size, used in rows},
                (
                    (name, Fact(Kind(kind), subject, client, orjson.loads(value)))
                    for name, kind, subject, client, value in facts
                ),
            )
        except (sqlite3.Error, ValueError, KeyError, TypeError) as error:
            raise JournalUnusable(f"the journal cannot be read: {error!r}") from error

    def write(self, changes: Changes) -> None:
        """Return when all of the changes are on the disk. Raises OSError when none is, and
        JournalUnusable when that cannot be told.
        """
        database = self._database
        try:
            database.execute("BEGIN IMMEDIATE")
            for table in ("facts", "groups"):
                database.executemany(
                    f"DELETE FROM {table} WHERE name = ?",  # noqa: S608 - one of the two above
                    ((name,) for name in changes.dropped),
                )
            database.executemany(
                "REPLACE INTO groups VALUES (?, ?, ?)",
                ((name, size, used) for name, (size, used) in changes.groups.items()),
            )
            database.executemany(
                "REPLACE INTO facts VALUES (?, ?, ?, ?, ?)",
                ((*key, orjson.dumps(value)) for key, value in changes.facts.items()),
            )
            database.execute("COMMIT")
        except sqlite3.Error as error:
            self._roll_back()
            raise OSError(f"the journal cannot be written: {error}") from error

    def _roll_back(self) -> None:
        try:
            if self._database.in_transaction:
                self._database.execute("ROLLBACK")
        except sqlite3.Error as error:
            raise JournalUnusable(f"the journal cannot be taken back: {error}") from error

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()
