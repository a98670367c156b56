"""The differences between SQLite and PostgreSQL, in one place.

Promises: the same calls on both. ``wake`` tells other processes that something was
committed and lets them wait for it; ``leadership`` lets one process of a kind be active;
``transactions`` opens the transaction of an act and runs what follows its commit.

May touch: the database, and ``DIR/run`` (sockets and lock files) on SQLite.
Fails with Django's database errors; a lost connection is the caller's to try again.
"""

from django.db import connection


def is_postgresql() -> bool:
    """Whether this site's database is PostgreSQL (else it is SQLite)."""
    return connection.vendor == "postgresql"
