"""Write a methodResponse: results and faults as XML that any client can read.

Faster than the standard library's marshaller, and total: what XML cannot hold is replaced.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, cast

_SPECIAL = re.compile("[&<>\r\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
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
    parts = [_HEAD, "<params>\n<param>\n"]
    _write(value, parts.append)
    parts += ("</param>\n</params>\n", _TAIL)
    return "".join(parts).encode()


def write_fault(code: int, text: str) -> bytes:
    """The response that holds a fault."""
    parts = [_HEAD, "<fault>\n"]
    _write({"faultCode": code, "faultString": text}, parts.append)
    parts += ("</fault>\n", _TAIL)
    return "".join(parts).encode()


Append = Callable[[str], None]


def _write(value: object, append: Append) -> None:
    writer = _WRITERS.get(type(value)) or _writer_of(value)
    writer(value, append)


def _writer_of(value: object) -> Callable[[Any, Append], None]:
    """For subclasses, and for whatever can be shown as one of the plain types."""
    for kind, writer in _WRITERS.items():
        if isinstance(value, kind):
            return writer
    if isinstance(value, Mapping):
        return _write_struct
    if isinstance(value, Sequence):
        return _write_array
    raise CannotWrite(f"a result holds {type(value).__name__}, which XML-RPC cannot carry")


def _write_none(_: None, append: Append) -> None:
    append("<value><nil/></value>\n")


def _write_bool(value: bool, append: Append) -> None:
    append("<value><boolean>1</boolean></value>\n" if value else _FALSE)


def _write_int(value: int, append: Append) -> None:
    number = int(value)
    kind = "int" if number in _I4 else "i8" if number in _I8 else "string"
    append(f"<value><{kind}>{number}</{kind}></value>\n")


def _write_float(value: float, append: Append) -> None:
    append(f"<value><double>{value!r}</double></value>\n")


def _write_text(value: str, append: Append) -> None:
    append(f"<value><string>{escape(value)}</string></value>\n")


def _write_decimal(value: Decimal, append: Append) -> None:
    append(f"<value><string>{value}</string></value>\n")


def _write_bytes(value: bytes, append: Append) -> None:
    append("<value><base64>\n")
    append(b64encode(value).decode("ascii"))
    append("\n</base64></value>\n")


def _write_moment(value: datetime, append: Append) -> None:
    moment = value.astimezone(UTC) if value.tzinfo else value
    append(
        f"<value><dateTime.iso8601>{moment.year:04}{moment:%m%dT%H:%M:%S}"
        "</dateTime.iso8601></value>\n"
    )


def _write_array(value: Sequence[object], append: Append) -> None:
    append("<value><array><data>\n")
    for item in value:
        _write(item, append)
    append("</data></array></value>\n")


def _write_struct(value: Mapping[object, object], append: Append) -> None:
    append("<value><struct>\n")
    for name, item in value.items():
        append(f"<member>\n<name>{escape(str(name))}</name>\n")
        _write(item, append)
        append("</member>\n")
    append("</struct></value>\n")


def escape(text: str) -> str:
    """The text as XML's character data; a character that XML cannot hold becomes U+FFFD."""
    return _SPECIAL.sub(_escape, text) if _SPECIAL.search(text) else text


def _escape(match: re.Match[str]) -> str:
    return _ESCAPES.get(match[0], "\ufffd")


_FALSE = "<value><boolean>0</boolean></value>\n"
_WRITERS: dict[type, Callable[[Any, Append], None]] = {
    str: _write_text,
    bool: _write_bool,
    int: _write_int,
    float: _write_float,
    type(None): _write_none,
    dict: cast("Callable[[Any, Append], None]", _write_struct),
    list: _write_array,
    tuple: _write_array,
    bytes: _write_bytes,
    datetime: _write_moment,
    Decimal: _write_decimal,
}
