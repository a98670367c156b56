"""Write a methodResponse: results and faults as XML that any client can read.

Faster than the standard library's marshaller, and total: what XML cannot hold is replaced.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, cast

_SPECIAL = re.compile("[&<>\r\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_search = _SPECIAL.search
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"}
_I4 = range(-(2**31), 2**31)
_I8 = range(-(2**63), 2**63)
_HEAD = "<?xml version='1.0'?>\n<methodResponse>\n"
_TAIL = "</methodResponse>\n"


class CannotWrite(TypeError):
    """The result has a type that XML-RPC has no element for: a method must return plain data."""


def write_result(value: object) -> bytes:
    """The response that holds a method's result.

    Takes None, bool, int, float, str, bytes, datetime, Decimal, and sequences and mappings of
    these. Times are written in UTC without a zone; ints beyond 32 bits as i8, beyond 64 bits and
    decimals as text. Raises CannotWrite for anything else.
    """
    return f"{_HEAD}<params>\n<param>\n{_element(value)}</param>\n</params>\n{_TAIL}".encode()


def write_fault(code: int, text: str) -> bytes:
    """The response that holds a fault."""
    fault = {"faultCode": code, "faultString": text}
    return f"{_HEAD}<fault>\n{_element(fault)}</fault>\n{_TAIL}".encode()


def _element(value: object) -> str:
    """The ``<value>`` of a value."""
    writer = _WRITERS.get(type(value)) or _writer_of(value)
    return writer(value)


def _writer_of(value: object) -> Callable[[Any], str]:
    """For subclasses, and for whatever can be shown as one of the plain types."""
    for kind, writer in _WRITERS.items():
        if isinstance(value, kind):
            return writer
    if isinstance(value, Mapping):
        return _struct
    if isinstance(value, Sequence):
        return _array
    raise CannotWrite(f"a result holds {type(value).__name__}, which XML-RPC cannot carry")


def _none(_: None) -> str:
    return "<value><nil/></value>\n"


def _bool(value: bool) -> str:
    return f"<value><boolean>{value:d}</boolean></value>\n"


def _int(value: int) -> str:
    number = int(value)
    kind = "int" if number in _I4 else "i8" if number in _I8 else "string"
    return f"<value><{kind}>{number}</{kind}></value>\n"


def _float(value: float) -> str:
    return f"<value><double>{value!r}</double></value>\n"


def _text(value: str) -> str:
    return f"<value><string>{escape(value)}</string></value>\n"


def _decimal(value: Decimal) -> str:
    return f"<value><string>{value}</string></value>\n"


def _bytes(value: bytes) -> str:
    return f"<value><base64>\n{b64encode(value).decode('ascii')}\n</base64></value>\n"


def _moment(value: datetime) -> str:
    m = value.astimezone(UTC) if value.tzinfo not in (None, UTC) else value
    return (
        f"<value><dateTime.iso8601>{m.year:04}{m.month:02}{m.day:02}"
        f"T{m.hour:02}:{m.minute:02}:{m.second:02}</dateTime.iso8601></value>\n"
    )


def _array(value: Sequence[object]) -> str:
    return f"<value><array><data>\n{''.join(map(_element, value))}</data></array></value>\n"


def _struct(value: Mapping[object, object]) -> str:
    writers = _WRITERS
    members = "".join(
        [
            f"{_name(name)}{(writers.get(type(item)) or _writer_of(item))(item)}</member>\n"
            for name, item in value.items()
        ]
    )
    return f"<value><struct>\n{members}</struct></value>\n"


@lru_cache(1_024, typed=True)
def _name(name: object) -> str:
    """The start of a member; few names recur in all answers."""
    return f"<member>\n<name>{escape(str(name))}</name>\n"


def escape(text: str) -> str:
    """The text as XML's character data; a character that XML cannot hold becomes U+FFFD."""
    return _SPECIAL.sub(_escape, text) if _search(text) else text


def _escape(match: re.Match[str]) -> str:
    return _ESCAPES.get(match[0], "\ufffd")


_WRITERS: dict[type, Callable[[Any], str]] = {
    str: _text,
    bool: _bool,
    int: _int,
    float: _float,
    type(None): _none,
    dict: cast("Callable[[Any], str]", _struct),
    list: _array,
    tuple: _array,
    bytes: _bytes,
    datetime: _moment,
    Decimal: _decimal,
}
