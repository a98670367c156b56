"""Write records of suites and cases as YAML, fast.

The values of a record are nearly all short words and numbers. Those are written here as
:func:`pumice.formats.yaml.dump` would write them; a record that holds anything else is left to it.
The document is the same, character by character, and made many times faster.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, cast

from yaml import ScalarNode
from yaml.resolver import Resolver

from pumice.formats import yaml

_WORDS = re.compile(r"[A-Za-z0-9_/][A-Za-z0-9_./+()@=-]*(?: [A-Za-z0-9_./+()@=-]+)*")
"""What has no indicator of YAML: stands as it is, or in quotes where it would not read as text."""

_NUMBERS = re.compile(
    r"-[0-9]+\.[0-9]+"
    r"|[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?\+00:00"
)
"""Negative measurements, and times: they stand in quotes."""

_RESOLVER = Resolver()
_LONGEST = 100
_PLAIN = {None: "null", True: "true", False: "false"}


def records_yaml(records: Iterable[Mapping[str, Any]]) -> str:
    """The records as a list in YAML; their keys are plain words. Empty for none."""
    return "".join([_record(record) for record in records])


def _record(record: Mapping[str, Any]) -> str:
    lines: list[str] = []
    for key, value in record.items():
        written = _text(value) if type(value) is str else _inner(value)
        if written is None:
            # An end of the document that a text of empty lines brings is not wanted here.
            text = yaml.dump([record])
            return text.removesuffix("...\n") if text.endswith("\n...\n") else text
        lines.append(f"{key}:{written}")
    return "- " + "\n  ".join(lines) + "\n"


def _text(value: str) -> str | None:
    """A text after its colon; None where it needs more care."""
    return _short(value) if len(value) <= _LONGEST else None


@lru_cache(4_096)
def _short(value: str) -> str | None:
    if not value:
        return " ''"
    if _WORDS.fullmatch(value):
        return f" {value}" if _reads_as_text(value) else f" '{value}'"
    return f" '{value}'" if _NUMBERS.fullmatch(value) else None


def _inner(value: object) -> str | None:
    """A map of texts and numbers after its colon; None where it holds anything else."""
    if type(value) is not dict:
        return None
    if not value:
        return " {}"
    lines: list[str] = []
    for key, inner in cast("dict[Any, Any]", value).items():
        if type(key) is not str or len(key) > _LONGEST or not _is_key(key):
            return None
        if type(inner) is str:
            written = _text(inner)
        elif type(inner) is int:
            written = f" {inner}"
        elif inner is None or type(inner) is bool:
            written = f" {_PLAIN[inner]}"
        else:
            written = None
        if written is None:
            return None
        lines.append(f"\n    {key}:{written}")
    return "".join(lines)


@lru_cache(1_024)
def _is_key(key: str) -> bool:
    return _WORDS.fullmatch(key) is not None and _reads_as_text(key)


def _reads_as_text(value: str) -> bool:
    tag: str = cast("Any", _RESOLVER).resolve(ScalarNode, value, (True, False))
    return tag == "tag:yaml.org,2002:str"
