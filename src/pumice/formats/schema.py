"""Checking plain data against pydantic models, with errors that people can act on.

A model says which keys a section has and what each holds. :func:`findings` gives everything
that is wrong: what was found, what was expected, and the nearest known word.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from pumice.formats.errors import Path, Problem

UNKNOWN_KEY = "extra_forbidden"
"""The kind of a finding that says that a key is not known."""

WRONG = "pumice_wrong"
_LONGEST_SHOWN = 60
_ALIKE = 0.7
_ONE_SLIP = 0.2


class Section(BaseModel, extra="forbid", strict=True):
    """A map of a document: it knows all its keys, and converts no value to another type."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong, of a kind (:data:`UNKNOWN_KEY` or another of pydantic's error types).

    The message is written when :attr:`problem` is asked for, so that a document with a hundred
    thousand mistakes costs no more than those that are reported.
    """

    kind: str
    path: Path
    message: Callable[[], str]

    @property
    def problem(self) -> Problem:
        """The problem, without a position."""
        return Problem(self.message(), self.path)


def wrong(message: str) -> PydanticCustomError:
    """The error for a model's own validator to raise; ``message`` says what would be right."""
    return PydanticCustomError(WRONG, "{message}", {"message": message})


def findings(model: type[BaseModel], data: object, base: Path = ()) -> list[Finding]:
    """Everything that is wrong with data, each path prefixed with ``base``; no positions."""
    try:
        model.model_validate(data)
    except ValidationError as error:
        return findings_of(error, model, data, base)
    return []


def findings_of(
    error: ValidationError, model: type[BaseModel], data: object, base: Path = ()
) -> list[Finding]:
    """What an error says that pydantic raised for this model and data; no positions."""
    return [_finding(model, data, details, base) for details in error.errors(include_url=False)]


def nearest(word: object, known: Iterable[str]) -> str | None:
    """The known word that was probably meant, or None."""
    text = str(word)[: _LONGEST_SHOWN + 1].lower()
    best = max(known, key=lambda candidate: _likeness(text, candidate), default="")
    return best if _likeness(text, best) >= _ALIKE else None


def _likeness(text: str, candidate: str) -> float:
    """How alike two words are, from 0; more where letters are only missing at the end of one, or
    only swapped."""
    alike = difflib.SequenceMatcher(None, text, candidate).ratio()
    same_start = text.startswith(candidate) or candidate.startswith(text)
    swapped = len(text) == len(candidate) and sorted(text) == sorted(candidate)
    return alike + (_ONE_SLIP if alike and (same_start or swapped) else 0.0)


def missing(key: object, found: object, known: Collection[str]) -> str:
    """Say that a map lacks a key, and which of its unknown keys was probably meant to be it."""
    others = cast("Mapping[Any, Any]", found if isinstance(found, Mapping) else {})
    words = (other for other in others if isinstance(other, str) and other not in known)
    meant = nearest(key, words)
    hint = "" if meant is None else f": is it what {shorten(repr(meant))} means?"
    return f"the key {key!r} is missing{hint}"


def describe(value: object) -> str:
    """Name a value as an error message does: ``the number 5``, ``a list``."""
    if value is None:
        return "nothing (null)"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return f"the number {shorten(str(value) if abs(value) < 1e300 else 'too large to show')}"
    if isinstance(value, str):
        return f"the text {shorten(repr(value))}"
    if isinstance(value, Mapping):
        return "a map"
    if isinstance(value, Sequence) and not isinstance(value, bytes):
        return "a list"
    if isinstance(value, datetime | date):
        return f"the date {value.isoformat()}"
    return f"a value of type {type(value).__name__}"


def shorten(text: str) -> str:
    """Cut a text that a message quotes to a readable length."""
    return text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 3] + "..."


def _finding(model: type[BaseModel], data: object, details: ErrorDetails, base: Path) -> Finding:
    kind = details["type"]
    path = _path(data, details["loc"], missing=kind == "missing")
    unknown = kind in (UNKNOWN_KEY, "invalid_key")

    def message() -> str:
        known = sorted(_keys_at(model, path[:-1])) if unknown or kind == "missing" else []
        return _message(details, path, known)

    return Finding(UNKNOWN_KEY if unknown else kind, base + path, message)


def _path(data: object, location: tuple[int | str, ...], *, missing: bool) -> Path:
    """A location without the parts that pydantic adds for unions and keys."""
    path: list[int | str] = []
    here = data
    for index, part in enumerate(location):
        if isinstance(here, Mapping) and part in here:
            here = cast("Mapping[Any, Any]", here)[part]
        elif isinstance(here, list) and part in range(len(items := cast("list[Any]", here))):
            here = items[cast("int", part)]
        elif not (missing and index == len(location) - 1):
            continue
        path.append(part)
    return tuple(path)


def _message(details: ErrorDetails, path: Path, known: list[str]) -> str:
    kind, context, found = details["type"], details.get("ctx", {}), details["input"]
    if kind == "missing":
        return missing(path[-1], found, known)
    if known:
        return _unknown_key(path[-1], known)
    if kind in (UNKNOWN_KEY, "invalid_key"):
        return f"unknown key {shorten(repr(path[-1]))}"
    if kind == "literal_error":
        return _not_one_of(context, found)
    if kind == WRONG:
        return str(context["message"])
    if kind.endswith("_type") and details["loc"] and details["loc"][-1] == "[key]":
        return f"a key here must be a text, found {describe(found)}"
    return (
        f"{_EXPECTED[kind].format_map(context)}, found {describe(found)}"
        if (kind in _EXPECTED)
        else f"{details['msg']}, found {describe(found)}"
    )


_EXPECTED = {
    "string_type": "a text is needed",
    "int_type": "a whole number is needed",
    "int_from_float": "a whole number is needed",
    "float_type": "a number is needed",
    "finite_number": "a finite number is needed",
    "bool_type": "true or false is needed",
    "list_type": "a list is needed",
    "dict_type": "a map is needed",
    "model_type": "a map is needed",
    "greater_than_equal": "a number of {ge} or more is needed",
    "less_than_equal": "a number of {le} or less is needed",
    "string_too_short": "a text of {min_length} or more characters is needed",
    "string_too_long": "a text of {max_length} or fewer characters is needed",
    "string_pattern_mismatch": "a text that matches {pattern} is needed",
    "too_short": "{min_length} or more entries are needed",
}


def _unknown_key(key: object, known: list[str]) -> str:
    meant = nearest(key, known)
    if meant is not None:
        return f"unknown key {shorten(repr(key))}: did you mean {meant!r}?"
    return f"unknown key {shorten(repr(key))}: known are {', '.join(known)}"


def _not_one_of(context: Mapping[str, Any], found: object) -> str:
    expected = str(context["expected"])
    words = [word.strip("'") for word in expected.replace(" or ", ", ").split(", ")]
    meant = nearest(found, words) if isinstance(found, str) else None
    hint = f": did you mean {meant!r}?" if meant is not None else ""
    return f"{expected} is needed, found {describe(found)}{hint}"


def _keys_at(model: type[BaseModel], path: Path) -> set[str]:
    """The keys that a map at a path of the model may have."""
    kinds: list[Any] = [model]
    for part in path:
        kinds = [inner for kind in kinds for inner in _step(kind, part)]
    return {
        field.alias or name
        for kind in kinds
        for alternative in _alternatives(kind)
        if (section := _as_model(alternative)) is not None
        for name, field in section.model_fields.items()
    }


def _step(kind: Any, part: str | int) -> Iterator[Any]:
    for alternative in _alternatives(kind):
        section = _as_model(alternative)
        if section is not None:
            for name, field in section.model_fields.items():
                if part in (field.alias, name):
                    yield field.annotation
        elif get_origin(alternative) in (list, dict):
            yield get_args(alternative)[-1]


def _alternatives(kind: Any) -> Iterator[Any]:
    """The kind itself, or those that a union or an annotation of it holds."""
    if _as_model(kind) is not None or get_origin(kind) in (list, dict, None):
        yield kind
        return
    for inner in get_args(kind):
        yield from _alternatives(inner)


def _as_model(kind: Any) -> type[BaseModel] | None:
    return kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None
