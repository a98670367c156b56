"""Durations: the timeout maps of jobs and devices, and how logs write seconds.

Source of the format: LAVA's ``timeouts``, maps of days, hours, minutes and seconds whose sum
counts; ``skip`` beside them says what happens after the timeout and is no unit.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

UNITS: dict[str, int] = {"days": 86_400, "hours": 3_600, "minutes": 60, "seconds": 1}
"""Seconds in each unit."""

DEFAULT_SECONDS = 30
"""What a timeout that is empty or sums up to zero means."""


class InvalidDuration(ValueError):
    """The timeout is not a map of days, hours, minutes and seconds with numbers from zero on."""


def to_seconds(timeout: Mapping[str, Any]) -> int:
    """The seconds that a timeout map means, rounded down; at least one.

    Numbers may be texts of digits, as device dictionaries write them. An empty map, or a sum of
    zero, means :data:`DEFAULT_SECONDS`. Raises InvalidDuration.
    """
    total = 0.0
    for unit, value in timeout.items():
        if unit == "skip":
            continue
        if unit not in UNITS:
            raise InvalidDuration(f"unknown unit {unit!r}: use {', '.join(UNITS)}")
        total += UNITS[unit] * _number(unit, value)
    if total > 10**10:
        raise InvalidDuration("the timeout is longer than three centuries")
    return max(int(total), 1) if total > 0 else DEFAULT_SECONDS


def _number(unit: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise InvalidDuration(f"{unit} must be a number, not {value!r}")
    try:
        number = float(value)
    except (ValueError, OverflowError):
        raise InvalidDuration(f"{unit} must be a number, not {value!r}") from None
    if not 0 <= number < float("inf"):
        raise InvalidDuration(f"{unit} must be a number from zero on, not {value!r}")
    return number


def to_clock(seconds: float) -> str:
    """Write seconds, rounded down, as ``HH:MM:SS``; the hours may have more than two digits."""
    minutes, second = divmod(int(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours:02}:{minute:02}:{second:02}"
