"""The filters of device templates: how a value is written into the YAML of a configuration."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, cast

from jinja2 import Undefined

from pumice.formats import yaml
from pumice.formats.errors import InvalidDocument

_ONE_LINE = re.compile("[\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe]*")
_PLAIN = re.compile(r"[A-Za-z_/][A-Za-z0-9_/.@%+-]*( [A-Za-z0-9_/.@%+=,-]+)*")
_NOT_IN_QUOTES = re.compile(
    "[^\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
_IDE = frozenset({"amd64", "x86_64", "i386"})


def yaml_quote(value: object) -> str:
    """A value as YAML on one line that reads back as the same value.

    A text is always a text, whatever it looks like; undefined is an empty text.
    """
    if isinstance(value, Undefined):
        return "''"
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return yaml.dump(value).split("\n")[0]
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, Mapping):
        pairs = cast("Mapping[Any, Any]", value).items()
        return "{" + ", ".join(f"{yaml_quote(k)}: {yaml_quote(v)}" for k, v in pairs) + "}"
    if isinstance(value, list | tuple | set):
        items = cast("list[Any]", value)
        return "[" + ", ".join(yaml_quote(item) for item in items) + "]"
    raise TypeError(f"a {type(value).__name__} cannot be written as YAML")


def _quoted(text: str) -> str:
    if _ONE_LINE.fullmatch(text):
        return "'" + text.replace("'", "''") + "'"
    # JSON's escapes are YAML's too, except surrogate pairs: other characters stay as they are.
    quoted = json.dumps(text, ensure_ascii=False)
    return _NOT_IN_QUOTES.sub(lambda found: f"\\u{ord(found[0]):04x}", quoted)


def yaml_value(value: object) -> str:
    """A value as YAML on one line, where LAVA prints it without quotes.

    A text stands as it is, so that YAML decides what it means (``20`` is a number, ``[a, b]``
    a list); a text that YAML could not read there is quoted. Undefined is null.
    """
    if isinstance(value, Undefined):
        return "null"
    if not isinstance(value, str):
        return yaml_quote(value)
    if _PLAIN.fullmatch(value) or _stands_alone(value):
        return value
    return _quoted(value)


def _stands_alone(text: str) -> bool:
    """Whether a text is YAML for one value where it follows ``key:`` on a line."""
    if not text.strip() or not _ONE_LINE.fullmatch(text):
        return False
    try:
        data: Any = yaml.load(f"key: {text}\nnext: 0\n").data
    except InvalidDocument:
        return False
    return isinstance(data, dict) and len(cast("dict[Any, Any]", data)) == 2


def qemu_guest_fs_interface(architecture: object) -> str:
    """The kind of disk interface that QEMU's machine of an architecture has."""
    return "ide" if str(architecture) in _IDE else "virtio"
