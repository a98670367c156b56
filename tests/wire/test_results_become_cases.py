"""Which result records become test cases, and of what they consist."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pumice.wire.results import InvalidResult, parse
from pumice.wire.states import CaseResult


def test_measurement_units_and_lines_of_a_definitions_case() -> None:
    result = parse(
        {
            "definition": "0_smoke",
            "case": "boot time",
            "result": "pass",
            "measurement": "1.5",
            "units": "s",
            "starttc": 10,
            "endtc": "12",
        }
    )
    assert (result.measurement, result.units) == (Decimal("1.5"), "s")
    assert (result.start_line, result.end_line) == (10, 12)
    assert "starttc" not in result.metadata


def test_the_lava_suite_measures_durations_and_has_no_lines() -> None:
    result = parse(
        {"definition": "lava", "case": "job", "result": "fail", "duration": "2.0", "starttc": 1}
    )
    assert (result.measurement, result.units) == (Decimal("2.0"), "seconds")
    assert result.start_line is None
    assert result.result is CaseResult.FAIL


def test_control_characters_in_names_are_spelt_out() -> None:
    assert parse({"definition": "a", "case": "x\x01y", "result": "skip"}).case == "x_ctrl-char_y"


def test_a_set_whose_name_needs_quoting_is_ignored_and_reported() -> None:
    result = parse({"definition": "a", "case": "b", "result": "pass", "set": "a b"})
    assert (result.set, result.ignored_set) == (None, "a b")


@pytest.mark.parametrize(
    "message",
    [
        "text",
        {"definition": "a", "case": "b"},
        {"definition": "a", "result": "pass"},
        {"definition": "a", "case": "b", "result": "great"},
    ],
)
def test_records_that_say_too_little_are_refused_by_name(message: object) -> None:
    with pytest.raises(InvalidResult):
        parse(message)


@pytest.mark.parametrize("value", ["NaN", "Infinity", "1e400", "soon", None, ""])
def test_measurements_that_no_column_holds_are_none(value: object) -> None:
    message = {"definition": "a", "case": "b", "result": "pass", "measurement": value}
    assert parse(message).measurement is None
