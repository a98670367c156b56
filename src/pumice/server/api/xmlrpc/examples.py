"""The example call of a method, as its help writes it, and its arguments as values."""

from __future__ import annotations

import json
import re
from typing import Any

from pumice.server.api.xmlrpc.registry import Method

_HEADING = "\nExample\n"
_TEXT_OR_NIL = re.compile(r'("(?:[^"\\]|\\.)*")|\bnil\b')


class NoExample(ValueError):
    """A method's help has no readable example: its Example section is one line, a call of it."""


def line(method: Method) -> str:
    """The line of the Example section. Raises NoExample."""
    _, found, text = method.help.partition(_HEADING)
    if not found:
        raise NoExample(f"the help of {method.full_name} has no Example section")
    return text.strip()


def arguments(method: Method) -> list[Any]:
    """The arguments of the example: JSON's values, with nil for null. Raises NoExample."""
    call = line(method)
    inside = call.removeprefix(f"{method.full_name}(")
    if inside == call or not inside.endswith(")"):
        raise NoExample(f"the example of {method.full_name} is no call of it: {call}")
    text = _TEXT_OR_NIL.sub(lambda found: found[1] or "null", inside[:-1])
    try:
        return json.loads(f"[{text}]")
    except ValueError as error:
        raise NoExample(f"the example of {method.full_name} cannot be read: {call}") from error
