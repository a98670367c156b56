"""Conditions are read as LAVA's clients write them, and nothing else is."""

from __future__ import annotations

import pytest

from pumice.server.reports.conditions import MAX_CONDITIONS, MAX_VALUE, parse
from pumice.server.reports.errors import InvalidCondition, UnknownField
from pumice.server.reports.fields import Table


def read(text: str, entity: Table = Table.JOB) -> list[str]:
    return [str(condition) for condition in parse(entity, text)]


@pytest.mark.parametrize(
    ("text", "conditions"),
    [
        ("", []),
        ("submitter__alice", ["testjob__submitter__exact__alice"]),
        ("submitter__icontains__ali", ["testjob__submitter__icontains__ali"]),
        ("testjob__health__ne__Complete", ["testjob__health__ne__Complete"]),
        ("testsuite__name__lava", ["testsuite__name__exact__lava"]),
        ("testcase__name__exact__a__b", ["testcase__name__exact__a__b"]),
        ("description__exact____init__", ["testjob__description__exact____init__"]),
        ("submitter__exact", ["testjob__submitter__exact__exact"]),
        ("description__", ["testjob__description__exact__"]),
        ("namedtestattribute__a key__gt__1", ["namedtestattribute__a key__gt__1"]),
        (
            "testjob__submitter__exact__a, health__Complete",
            ["testjob__submitter__exact__a", "testjob__health__exact__Complete"],
        ),
        (
            "testcase__name__exact__boot,result__Test failed,testjob__state__Running,priority__Low",
            [
                "testcase__name__exact__boot",
                "testcase__result__exact__Test failed",
                "testjob__state__exact__Running",
                "testjob__priority__exact__Low",
            ],
        ),
    ],
)
def test_short_and_long_forms_are_read(text: str, conditions: list[str]) -> None:
    assert read(text) == conditions


def test_the_first_table_is_what_the_query_lists() -> None:
    assert read("name__lava", Table.SUITE) == ["testsuite__name__exact__lava"]
    assert read("name__ne__job", Table.CASE) == ["testcase__name__ne__job"]


@pytest.mark.parametrize(
    "text",
    [
        "password__x",
        "submitter_id__1",
        "definition__icontains__x",
        "testjob__submitter",
        "testjob__foo__exact__1",
        "testcase__suite__exact__1",
        "namedtestattribute__\n__exact__1",
        f"namedtestattribute__{'k' * 101}__exact__1",
        "namedtestattribute____exact__1",
    ],
)
def test_a_field_that_there_is_not_is_told(text: str) -> None:
    with pytest.raises(UnknownField):
        parse(Table.JOB, text)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("submitter", "write field__value"),
        (",", "write field__value"),
        ("submitter__alice,", "write field__value"),
        ("submitter_alice", "write field__value"),
        ("device__state__exact__Idle", "no operator 'state'"),
        ("submitter__password__startswith__x", "no operator 'password'"),
        ("testjob__submitter__regex__(a+)+", "no operator 'regex'"),
        ("TESTJOB__submitter__exact__x", "no operator 'submitter'"),
        ("health_check__gt__True", "gt does not fit"),
        ("start_time__icontains__2026", "icontains does not fit"),
        ("start_time__gt__yesterday", "is no time"),
        ("start_time__gt__2026-02-30", "is no time"),
        ("start_time__gt__0001-01-01 00:00:00+23:00", "is no time"),
        ("testcase__measurement__gt__fast", "is no number"),
        ("testcase__measurement__gt__NaN", "is no number"),
        ("testcase__measurement__gt__1e400", "is no number"),
        ("id__gt__" + "9" * 19, "is no number"),
        ("id__gt__1.5", "is no number"),
        ("id__gt__٣", "is no number"),
        ("description__" + "x" * (MAX_VALUE + 1), "at most 500 characters"),
        (",".join(["id__1"] * (MAX_CONDITIONS + 1)), "at most 20 conditions"),
        ("x" * 1_000_000, "more than"),
    ],
)
def test_what_cannot_be_used_is_told(text: str, why: str) -> None:
    with pytest.raises(InvalidCondition, match=why.replace("(", "\\(")) as caught:
        parse(Table.JOB, text)
    assert not isinstance(caught.value, UnknownField)
