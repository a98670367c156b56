"""Timeout maps and seconds."""

from __future__ import annotations

from typing import Any

import pytest

from pumice.formats.durations import InvalidDuration, to_clock, to_seconds


@pytest.mark.parametrize(
    ("timeout", "seconds"),
    [
        ({"minutes": 5}, 300),
        ({"days": 1, "hours": 2, "minutes": 3, "seconds": 4}, 93_784),
        ({"minutes": 1.5}, 90),
        ({"seconds": "20"}, 20),
        ({"seconds": 7, "skip": True}, 7),
        ({"seconds": 0.2}, 1),
    ],
)
def test_the_units_of_a_timeout_add_up(timeout: dict[str, Any], seconds: int) -> None:
    assert to_seconds(timeout) == seconds


@pytest.mark.parametrize("timeout", [{}, {"seconds": 0}, {"skip": True}])
def test_a_timeout_of_nothing_is_half_a_minute(timeout: dict[str, Any]) -> None:
    assert to_seconds(timeout) == 30


@pytest.mark.parametrize(
    ("timeout", "what"),
    [
        ({"minute": 5}, "unknown unit 'minute': use days, hours, minutes, seconds"),
        ({"minutes": True}, "minutes must be a number"),
        ({"minutes": None}, "minutes must be a number"),
        ({"minutes": "soon"}, "minutes must be a number"),
        ({"seconds": -1}, "from zero on"),
        ({"seconds": float("nan")}, "from zero on"),
        ({"seconds": float("inf")}, "from zero on"),
        ({"days": 10**12}, "centuries"),
        ({"days": 10**400}, "must be a number"),
    ],
)
def test_anything_else_is_refused(timeout: dict[str, Any], what: str) -> None:
    with pytest.raises(InvalidDuration, match=what):
        to_seconds(timeout)


@pytest.mark.parametrize(
    ("seconds", "clock"), [(0, "00:00:00"), (59.9, "00:00:59"), (3_723, "01:02:03")]
)
def test_seconds_are_written_as_a_clock_shows_them(seconds: float, clock: str) -> None:
    assert to_clock(seconds) == clock


def test_more_than_99_hours_keep_all_their_digits() -> None:
    assert to_clock(500 * 3_600) == "500:00:00"
