"""Answers: whatever the values, a client can read them."""

from __future__ import annotations

import xmlrpc.client
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pumice.server.api.xmlrpc.reading import read_call
from pumice.server.api.xmlrpc.writing import CannotWrite, write_fault, write_result
from pumice.wire.states import JobState

MOMENT = datetime(2026, 1, 2, 3, 4, 5, 678901)


def read(answer: bytes) -> Any:
    (result,), _ = xmlrpc.client.loads(answer, use_builtin_types=True)
    return result


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        (True, True),
        (False, False),
        (0, 0),
        (-(2**31), -(2**31)),
        (2**31 - 1, 2**31 - 1),
        (2**31, 2**31),
        (-(2**63), -(2**63)),
        (2**63, str(2**63)),
        (1.5, 1.5),
        (Decimal("1.5000000000"), "1.5000000000"),
        ("", ""),
        ("a & b < c > d", "a & b < c > d"),
        ("é€😀", "é€😀"),
        ("one\r\ntwo\n\tthree", "one\r\ntwo\n\tthree"),
        ("bell \7 null \0 \x1b[31m", "bell \ufffd null \ufffd \ufffd[31m"),
        ("half \ud83d \uffff", "half \ufffd \ufffd"),
        (b"", b""),
        (bytes(range(256)), bytes(range(256))),
        (MOMENT, MOMENT.replace(microsecond=0)),
        (MOMENT.replace(tzinfo=UTC), MOMENT.replace(microsecond=0)),
        (
            MOMENT.replace(tzinfo=timezone(timedelta(hours=2))),
            MOMENT.replace(hour=1, microsecond=0),
        ),
        (JobState.RUNNING, 3),
        ([], []),
        ((1, ("a",)), [1, ["a"]]),
        ({}, {}),
        ({"a": {"b": [None]}, "<&>": 1}, {"a": {"b": [None]}, "<&>": 1}),
    ],
)
def test_a_value_arrives(value: object, expected: object) -> None:
    result = read(write_result(value))
    assert (result, type(result)) == (expected, type(expected))


def test_members_keep_their_order() -> None:
    assert list(read(write_result({"z": 1, "a": 2, "m": 3}))) == ["z", "a", "m"]


def test_names_that_compare_equal_stay_apart() -> None:
    assert read(write_result([{1: "a"}, {True: "b"}])) == [{"1": "a"}, {"True": "b"}]


def test_a_fault_arrives_with_any_text() -> None:
    with pytest.raises(xmlrpc.client.Fault) as caught:
        xmlrpc.client.loads(write_fault(404, "Job '<\0>' was not found."))
    assert (caught.value.faultCode, caught.value.faultString) == (
        404,
        "Job '<\ufffd>' was not found.",
    )


def test_what_has_no_element_is_refused() -> None:
    with pytest.raises(CannotWrite, match="object"):
        write_result([object()])


@given(st.text())
def test_every_text_can_be_read(text: str) -> None:
    result = read(write_result(text))
    assert len(result) == len(text)
    assert all(a == b or b == "\ufffd" for a, b in zip(text, result, strict=True))


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**31), 2**31 - 1)
    | st.floats(allow_nan=False)
    | st.text(st.characters(codec="utf-8", exclude_categories=["C"]))
    | st.binary(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text("abc<&", max_size=3), inner, max_size=3)
    ),
)


@given(st.lists(VALUES, max_size=3))
def test_what_python_sends_is_read(arguments: list[Any]) -> None:
    safe = [[value] for value in arguments]
    body = xmlrpc.client.dumps(tuple(safe), "a.b", allow_none=True)  # type: ignore[arg-type]
    assert read_call(body.encode()) == ("a.b", safe)
