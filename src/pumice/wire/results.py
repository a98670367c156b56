"""Result records: what a log line of level ``results`` says.

The message is a map with ``definition`` (the suite), ``case`` and ``result``, and optional
keys that become columns (``set``, ``measurement``, ``units``, ``starttc``, ``endtc``,
``duration``) or metadata.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, cast
from urllib.parse import quote

from pumice.wire.states import CaseResult

_RESULTS = {member.label: member for member in CaseResult}
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_LIMIT = Decimal(10) ** 20
LAVA_SUITE = "lava"
JOB_CASE = "job"


class InvalidResult(ValueError):
    """The result record cannot become a test case: the message says which key is wrong."""


@dataclass(frozen=True, slots=True)
class Result:
    """One test case as the job reported it.

    ``start_line`` and ``end_line`` count log lines from 0. ``metadata`` is the whole message
    without the line numbers. ``ignored_set`` holds the name of a set that is not allowed.
    """

    suite: str
    case: str
    result: CaseResult
    metadata: dict[str, Any]
    set: str | None = None
    measurement: Decimal | None = None
    units: str = ""
    start_line: int | None = None
    end_line: int | None = None
    ignored_set: str | None = None


def parse(message: object) -> Result:
    """Read the message of a ``results`` log line.

    Raises InvalidResult where a mandatory key is missing or the result is not one of pass,
    fail, skip and unknown.
    """
    if not isinstance(message, Mapping):
        raise InvalidResult(f"a result must be a map, not {type(message).__name__}")
    metadata = dict(cast("Mapping[str, Any]", message))
    missing = [key for key in ("definition", "case", "result") if key not in metadata]
    if missing:
        raise InvalidResult(f"the result has no {' and no '.join(missing)}")
    suite = str(metadata["definition"]).strip()
    case = _CONTROL.sub("_ctrl-char_", str(metadata["case"]).strip())
    outcome = _RESULTS.get(str(metadata["result"]))
    if outcome is None:
        raise InvalidResult(
            f"the result of {suite}/{case} is {metadata['result']!r}: "
            f"it must be one of {', '.join(_RESULTS)}"
        )
    start, end = _line(metadata.pop("starttc", None)), _line(metadata.pop("endtc", None))
    name = metadata.get("set")
    if suite == LAVA_SUITE:
        start = end = None
        measurement, units = _decimal(metadata.get("duration")), "seconds"
        units = units if measurement is not None else ""
    else:
        measurement = _decimal(metadata.get("measurement"))
        units = str(metadata.get("units") or "")
    allowed = name is not None and str(name) == quote(str(name), safe="") and len(str(name)) <= 200
    return Result(
        suite=suite[:200],
        case=case,
        result=outcome,
        metadata=metadata,
        set=str(name) if allowed else None,
        measurement=measurement,
        units=units,
        start_line=start,
        end_line=end,
        ignored_set=str(name) if name is not None and not allowed else None,
    )


def _line(value: object) -> int | None:
    try:
        return int(str(value)) if value is not None else None
    except ValueError:
        return None


def _decimal(value: object) -> Decimal | None:
    if value is None or value == "":
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) < _LIMIT else None
