"""What a text column of either database can hold: PostgreSQL has no NUL and no lone surrogates."""

from __future__ import annotations

import re
from typing import Any, cast

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_REPLACEMENT = "\ufffd"


def is_storable(text: str) -> bool:
    """Whether every database stores the text as it is."""
    return _UNSTORABLE.search(text) is None


def storable(text: str) -> str:
    """The text with U+FFFD for each character that no database stores."""
    return _UNSTORABLE.sub(_REPLACEMENT, text)


def storable_data(value: Any) -> Any:
    """JSON-like data with all its texts storable, those of keys included."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        items = cast("dict[Any, Any]", value).items()
        return {storable_data(key): storable_data(item) for key, item in items}
    if isinstance(value, (list, tuple)):
        return [storable_data(item) for item in cast("list[Any]", value)]
    return value
