"""Log lines: what a job's log consists of, one record a line.

A stored line is one YAML flow map, written as ``{"dt": "...", "lvl": "...", "msg": ...}``; on
disk and on the wire each is the item of a block sequence (``- `` before it, a newline after).
What Pumice writes is plain ASCII JSON, which YAML reads to the same values; what LAVA's
dispatchers write may need YAML (``! "3"``, ``\\xE9``), so reading falls back to it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

import orjson

from pumice.formats import yaml
from pumice.formats.errors import InvalidDocument

LEVELS = (
    "debug",
    "info",
    "warning",
    "error",
    "exception",
    "input",
    "target",
    "feedback",
    "results",
    "event",
)
"""Every level that a record can have; clients' printers break on any other."""

MAX_RECORD_CHARACTERS = 100_000
"""A record of more characters has its message replaced by :data:`TOO_LONG`."""

TOO_LONG = "<line way too long ...>"

_LIMITS = yaml.Limits(max_bytes=1 << 22)


class InvalidLogLine(ValueError):
    """The record is not a log line: it must be a map with the keys dt, lvl and msg."""


@dataclass(frozen=True, slots=True)
class LogLine:
    """One record: ISO time in UTC, level, message (text, or a map for results), namespace."""

    dt: str
    lvl: str
    msg: Any
    ns: str | None = None


def now() -> str:
    """The current time as a record's ``dt``: ISO 8601 in UTC with ``+00:00``."""
    return datetime.now(UTC).isoformat()


def encode(line: LogLine) -> str:
    """Write a record as one line of ASCII, without the ``- `` and without a newline."""
    fields: dict[str, Any] = {"dt": line.dt, "lvl": line.lvl, "msg": line.msg}
    if line.ns is not None:
        fields["ns"] = line.ns
    text = _dump(fields)
    if len(text) >= MAX_RECORD_CHARACTERS:
        too_long = {"skip": TOO_LONG} if isinstance(line.msg, dict) else TOO_LONG
        text = _dump({**fields, "msg": too_long})
    return text


def _dump(fields: dict[str, Any]) -> str:
    fields = _with_yaml_floats(fields)
    text = json.dumps(fields, ensure_ascii=True, separators=(", ", ": "), default=str)
    if "\\ud" in text:
        # Surrogate pairs are JSON's way; YAML has no such escape and writes \U0001F600.
        raw = json.dumps(fields, ensure_ascii=False, separators=(", ", ": "), default=str)
        text = "".join(map(_escape, raw))
    return text


def _with_yaml_floats(value: Any) -> Any:
    """YAML 1.1 reads a number in floating point only with its dot: 1e-05 goes as text."""
    if isinstance(value, dict):
        return {k: _with_yaml_floats(v) for k, v in cast("dict[Any, Any]", value).items()}
    if isinstance(value, (list, tuple)):
        return [_with_yaml_floats(item) for item in cast("list[Any]", value)]
    if isinstance(value, float) and "." not in repr(value):
        return repr(value)
    return value


def _escape(character: str) -> str:
    code = ord(character)
    if code < 0x7F:
        return character
    if 0xD800 <= code <= 0xDFFF:
        return "\\uFFFD"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def decode(text: str | bytes) -> LogLine:
    """Read a record, with or without its leading ``- ``.

    Raises InvalidLogLine for anything but a map with dt, lvl and msg.
    """
    if isinstance(text, str):
        text = text.encode("utf-8", "replace")
    text = text.removeprefix(b"- ").rstrip(b"\r\n")
    fields: Any
    try:
        fields = orjson.loads(text)
    except orjson.JSONDecodeError:
        try:
            fields = yaml.load(text, limits=_LIMITS).data
        except InvalidDocument as error:
            raise InvalidLogLine(f"not a log line: {error}") from error
    if not isinstance(fields, dict):
        raise InvalidLogLine(f"not a log line: a map is needed, not {type(fields).__name__}")
    record = cast("dict[str, Any]", fields)
    missing = [key for key in ("dt", "lvl", "msg") if key not in record]
    if missing:
        raise InvalidLogLine(f"not a log line: {', '.join(missing)} missing")
    ns = record.get("ns")
    return LogLine(
        dt=str(record["dt"]),
        lvl=str(record["lvl"]),
        msg=record["msg"],
        ns=None if ns is None else str(ns),
    )
