"""A limit on how long statements may run, for those whose cost somebody outside decides."""

from __future__ import annotations

import time
from collections.abc import Generator
from contextlib import contextmanager

import psycopg
from django.db import OperationalError, connection, transaction

from pumice.server.database import is_postgresql

_STEPS = 10_000
"""So many of SQLite's own steps pass from one look at the clock to the next."""


class TookTooLong(Exception):
    """A statement was stopped since it ran longer than it may: ask for less."""


@contextmanager
def time_limit(seconds: float) -> Generator[None]:
    """Stop what runs longer inside: on PostgreSQL each statement, on SQLite all together.

    On PostgreSQL it is one transaction. Raises TookTooLong.
    """
    limited = _each_statement(seconds) if is_postgresql() else _all_together(seconds)
    try:
        with limited:
            yield
    except OperationalError as error:
        if not _was_stopped(error):
            raise
        raise TookTooLong(f"the database needed more than {seconds:g} seconds") from error


@contextmanager
def _each_statement(seconds: float) -> Generator[None]:
    with transaction.atomic():
        before = _statement_timeout(f"{max(1, round(seconds * 1_000))}ms")
        yield
        _statement_timeout(before)  # of what the transaction goes on with around this


def _statement_timeout(wanted: str) -> str:
    """Set the timeout until the transaction ends. Returns what it was."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT before, set_config('statement_timeout', %s, true)"
            " FROM (SELECT current_setting('statement_timeout') AS before OFFSET 0) AS setting",
            (wanted,),
        )
        ((before, _),) = cursor.fetchall()
    return before


@contextmanager
def _all_together(seconds: float) -> Generator[None]:
    connection.ensure_connection()
    end = time.monotonic() + seconds
    connection.connection.set_progress_handler(lambda: time.monotonic() > end, _STEPS)
    try:
        yield
    finally:
        connection.connection.set_progress_handler(None, 0)


def _was_stopped(error: OperationalError) -> bool:
    cause = error.__cause__
    return isinstance(cause, psycopg.errors.QueryCanceled) or str(cause) == "interrupted"
