"""Whatever is written as conditions is refused, or finds what it says; nothing reaches the
database in another way than as a value."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pumice.server.reports.conditions import parse
from pumice.server.reports.errors import InvalidCondition
from pumice.server.reports.fields import ENTITIES, FIELDS, Operator, Table

if TYPE_CHECKING:
    from .conftest import Find

HARMLESS = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
VALUES = st.one_of(
    st.text(max_size=40),
    st.text(alphabet="'\"\\;%_-*()[]{}$.:\0\ud800\uffff\n0Ä̈", max_size=40),
    st.integers().map(str),
    st.decimals(allow_nan=True).map(str),
    st.datetimes().map(str),
    st.sampled_from(["True", "Test failed", "High", "' OR 1=1; DROP TABLE jobs_job; --"]),
)
KNOWN = st.sampled_from([(table, field) for table in FIELDS for field in FIELDS[table]])
ATTRIBUTES = st.tuples(st.just(Table.ATTRIBUTE), VALUES)
OPERATORS = st.sampled_from(list(Operator))


def _written(parts: tuple[tuple[str, str], str, str]) -> str:
    (table, field), operator, value = parts
    return f"{table}__{field}__{operator}__{value}"


WRITTEN = st.tuples(KNOWN | ATTRIBUTES, OPERATORS, VALUES).map(_written)
ENTITY = st.sampled_from([entity.value for entity in ENTITIES])


@pytest.mark.django_db
@given(entity=ENTITY, texts=st.lists(WRITTEN, min_size=1, max_size=3))
@HARMLESS
def test_whatever_can_be_written_finds_jobs_or_is_refused(
    find: Find, entity: str, texts: list[str]
) -> None:
    try:
        found = find(",".join(texts), entity)
    except InvalidCondition as error:
        assert str(error)
        return
    assert set(found) <= {0, 1, 2}


@given(text=st.text(max_size=200) | st.text(alphabet="_,ab", max_size=60))
def test_whatever_text_is_read_or_refused(text: str) -> None:
    try:
        read = parse(Table.JOB, text)
    except InvalidCondition as error:
        assert str(error)
        return
    assert read == [] or all(str(condition).count("__") >= 3 for condition in read)


@pytest.mark.django_db
@given(key=st.text(alphabet="'\"\\%$[]{}.abc; ", min_size=1, max_size=30), value=VALUES)
@HARMLESS
def test_values_and_keys_are_never_part_of_a_statement(find: Find, key: str, value: str) -> None:
    marked = f"{key}<marked>{value}".replace(",", "").replace("\0", "")
    for text in (
        f"namedtestattribute__k{marked[:60].replace('__', '')}__exact__x",
        f"description__icontains__{marked}",
    ):
        asked: list[str] = []

        def note(execute: object, sql: str, *arguments: object, seen: list[str] = asked) -> object:
            seen.append(sql)
            return execute(sql, *arguments)  # pyright: ignore[reportCallIssue, reportUnknownVariableType]

        with connection.execute_wrapper(note):  # pyright: ignore[reportArgumentType]
            try:
                find(text)
            except InvalidCondition:
                continue
        assert asked
        assert not any("<marked>" in sql for sql in asked)


@pytest.mark.parametrize("entity", ENTITIES)
def test_many_conditions_are_one_query(find: Find, entity: Table) -> None:
    text = ",".join(
        [f"testjob__submitter__ne__{n}" for n in range(7)]
        + [f"testsuite__name__ne__{n}" for n in range(7)]
        + [f"testcase__name__icontains__{n}" for n in range(6)]
    )
    with CaptureQueriesContext(
        connection,
    ) as captured:
        find(text, entity)
    assert len(captured) == 1
