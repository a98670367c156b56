"""Write plain data as YAML as PyYAML does, several times as fast.

What is not plain (texts of several lines, long ones, numbers with a point, keys that are no texts)
is left to PyYAML.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, cast

import yaml
from yaml.resolver import Resolver

_LONGEST = 100
_DEEPEST = 50
_TEXT = "tag:yaml.org,2002:str"
# Nothing in it has a meaning in YAML, but for what it may be as a whole: a number, a time.
_SIMPLE = re.compile(r"[A-Za-z0-9_/](?:[A-Za-z0-9_./+ :-]*[A-Za-z0-9_./+-])?")
_BREAK = re.compile("[\n\r\x85\u2028\u2029]")
_resolver: Any = Resolver()


class NotPlain(ValueError):
    """The data holds something that only PyYAML writes: use it for the whole document."""


class _Dumper(yaml.CSafeDumper):
    """Write each value in full: no anchors and aliases; texts of several lines as such."""

    def ignore_aliases(self, data: Any) -> bool:
        del data
        return True


def _represent_text(dumper: Any, data: str) -> Any:
    style = "|" if "\n" in data else None
    return dumper.represent_scalar(_TEXT, data, style=style)


_Dumper.add_representer(str, _represent_text)


def with_pyyaml(data: Any) -> str:
    """The data as YAML in block style, keys in their order."""
    text: str = yaml.dump(
        data,
        Dumper=_Dumper,
        sort_keys=False,
        default_flow_style=False,
        allow_unicode=True,
        width=1000,
    )
    return text


def plain(data: dict[Any, Any] | list[Any]) -> str:
    """The same for a map or list of plain data. Raises NotPlain."""
    lines: list[str] = []
    if not data:
        raise NotPlain
    _write(data, "", "", lines, 0)
    return "".join(lines)


def _write(data: Any, first: str, rest: str, lines: list[str], depth: int) -> None:
    """Add the lines of a map or list that is not empty; ``first`` stands before its first line,
    ``rest`` before the others."""
    if depth > _DEEPEST:
        raise NotPlain
    if type(data) is dict:
        for key, value in cast("dict[Any, Any]", data).items():
            if type(key) is not str:
                raise NotPlain
            name = _text(key)
            if value and type(value) in (dict, list):
                lines.append(f"{first}{name}:\n")
                inner = rest if type(value) is list else f"{rest}  "
                _write(value, inner, inner, lines, depth + 1)
            else:
                lines.append(f"{first}{name}: {_scalar(value)}\n")
            first = rest
        return
    for value in cast("list[Any]", data):
        if value and type(value) in (dict, list):
            _write(value, f"{first}- ", f"{rest}  ", lines, depth + 1)
        else:
            lines.append(f"{first}- {_scalar(value)}\n")
        first = rest


def _scalar(value: Any) -> str:
    kind = cast("type[Any]", type(value))
    if kind is str:
        return _text(value)
    if value is None:
        return "null"
    if kind is bool:
        return "true" if value else "false"
    if kind is int:
        return str(value)
    if kind is dict:
        return "{}"
    if kind is list:
        return "[]"
    raise NotPlain


@lru_cache(4_096)
def _text(text: str) -> str:
    """A text as it stands behind a key, or as one."""
    if len(text) > _LONGEST or _BREAK.search(text):
        raise NotPlain
    if _SIMPLE.fullmatch(text) and ": " not in text:
        is_text = _resolver.resolve(yaml.ScalarNode, text, (True, False)) == _TEXT
        return text if is_text else f"'{text}'"
    written = with_pyyaml([text])[2:-1]
    if "\n" in written:
        raise NotPlain
    return written
