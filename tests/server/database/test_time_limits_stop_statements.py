"""A statement that runs longer than it may is stopped, and the connection stays usable."""

from __future__ import annotations

import time

import pytest
from django.db import OperationalError, connection

from pumice.server.database import is_postgresql
from pumice.server.database.limits import TookTooLong, time_limit


def run(sql: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()


def run_for_long() -> None:
    if is_postgresql():
        run("SELECT pg_sleep(600)")
    else:
        run(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
            " SELECT count(*) FROM n WHERE i < 0"
        )


@pytest.mark.django_db
def test_a_long_statement_is_stopped() -> None:
    begun = time.monotonic()
    with pytest.raises(TookTooLong, match=r"more than 0\.05 seconds"), time_limit(0.05):
        run_for_long()
    assert time.monotonic() - begun < 300
    assert run("SELECT 7") == (7,)


@pytest.mark.django_db
def test_the_limit_ends_with_its_block() -> None:
    with time_limit(0.2):
        assert run("SELECT 7") == (7,)
    if is_postgresql():
        run("SELECT pg_sleep(0.4)")
        assert run("SHOW statement_timeout") == ("0",)
    with pytest.raises(TookTooLong), time_limit(0.01):
        run_for_long()


@pytest.mark.django_db
def test_other_errors_are_the_callers() -> None:
    with pytest.raises(OperationalError, match="no memory"), time_limit(60):
        raise OperationalError("no memory")
