"""``wait``: for the database, and for its tables."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper

Manage = Callable[..., list[str]]
Refused = Callable[..., str]


def test_waiting_ends_when_the_database_answers(
    manage: Manage, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempts: list[int] = []
    connect = BaseDatabaseWrapper.ensure_connection

    def failing(self: BaseDatabaseWrapper) -> None:
        attempts.append(1)
        if len(attempts) == 1:
            raise OperationalError("the database system is starting up")
        connect(self)

    monkeypatch.setattr(BaseDatabaseWrapper, "ensure_connection", failing)
    (line,) = manage("wait", "database", "--delay", "0")
    assert "is starting up" in line


def test_waiting_for_tables_that_are_there_ends_at_once(manage: Manage, refused: Refused) -> None:
    assert manage("wait", "migrations") == []
    for delay in ("-1", "nan", "soon"):
        assert "seconds are a number" in refused("wait", "migrations", f"--delay={delay}")
