"""Queries of hot requests, whose SQL is made once: making it costs more than running it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.db.models import Expression


class Given(Expression):
    """Stands in a filter for a value that is given when the query runs, as the database takes it:
    a number or a text."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, compiler: Any, connection: Any, **extra_context: Any) -> tuple[str, list[Any]]:
        """A place in the SQL, and itself as what :class:`Compiled` puts a value in for."""
        return "%s", [self]


class Compiled:
    """A query that is always the same but for the values of :class:`Given`.

    ``make`` is called when the query is first run, and returns a query set of ``values_list``.
    """

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = make
        # What Django compiles belongs to a connection, and so to a thread.
        self._made = threading.local()

    def rows(self, **given: int | str) -> list[tuple[Any, ...]]:
        """The rows for these values, by the names of their places."""
        compiler, sql, places, converters = self._compiled()
        values = [given[place.name] if isinstance(place, Given) else place for place in places]
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            rows = cursor.fetchall()
        if converters:
            return [tuple(row) for row in compiler.apply_converters(rows, converters)]
        return rows

    def _compiled(self) -> tuple[Any, str, tuple[Any, ...], dict[int, Any]]:
        made: tuple[Any, str, tuple[Any, ...], dict[int, Any]] | None
        made = getattr(self._made, "query", None)
        if made is None:
            compiler: Any = self._make().query.get_compiler(connection=connection)
            sql, places = compiler.as_sql()
            columns = [column for column, _, _ in compiler.select]
            made = compiler, sql, places, compiler.get_converters(columns)
            self._made.query = made
        return made
