"""Read a methodCall: expat, without document types, with a bounded depth and a strict grammar."""

from __future__ import annotations

import binascii
from collections.abc import Callable
from datetime import datetime
from typing import Any, NoReturn, cast
from xml.parsers import expat

from pumice.server.api.xmlrpc.faults import INTERNAL, NOT_A_CALL, Fault

MAX_DEPTH = 200
"""Open elements at once; an array in an array takes three."""

_TEXT = "Unable to decode request"
_BUFFER = 65_536

# The elements that may stand in each element; scalars hold text only.
_INTEGERS = ("int", "i1", "i2", "i4", "i8", "biginteger")
_OTHERS = ("string", "boolean", "double", "float", "nil", "base64", "dateTime.iso8601")
_VALUES = frozenset({*_INTEGERS, *_OTHERS, "array", "struct"})
_CHILDREN: dict[str, frozenset[str]] = {
    "": frozenset({"methodCall"}),
    "methodCall": frozenset({"methodName", "params"}),
    "params": frozenset({"param"}),
    "param": frozenset({"value"}),
    "value": _VALUES,
    "array": frozenset({"data"}),
    "data": frozenset({"value"}),
    "struct": frozenset({"member"}),
    "member": frozenset({"name", "value"}),
}
_NOTHING: frozenset[str] = frozenset()


def read_call(body: bytes) -> tuple[str, list[Any]]:
    """The method's name and its arguments.

    Texts are str, base64 is bytes, times are naive datetimes, nil is None. Raises Fault: -32603
    for what is not well-formed XML, has a document type, or holds a value that its type does not
    allow; -32600 for XML that is no methodCall.
    """
    reader = _Reader()
    parser = expat.ParserCreate(None, None)
    parser.buffer_text = True
    parser.buffer_size = _BUFFER
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text.append
    parser.StartDoctypeDeclHandler = _refuse_document_type
    try:
        parser.Parse(body, True)
    except (expat.ExpatError, ValueError, OverflowError, LookupError) as error:
        raise Fault(INTERNAL, _TEXT) from error
    if not reader.name:
        raise Fault(NOT_A_CALL, _TEXT)
    return reader.name, reader.arguments


def _refuse_document_type(*_: object) -> NoReturn:
    """Without a document type there are no entities but XML's own five."""
    raise Fault(INTERNAL, _TEXT)


class _Reader:
    """What expat's handlers build up."""

    def __init__(self) -> None:
        self.name = ""
        self.arguments: list[Any] = []
        self.text: list[str] = []
        self._open: list[str] = [""]
        self._containers: list[list[Any] | dict[str, Any]] = [self.arguments]
        self._names: list[str | None] = []
        self._value: Any = None
        self._typed = False

    def start(self, tag: str, _: dict[str, str]) -> None:
        tag = tag.rpartition(":")[2]  # some clients write nil as <ex:nil/>
        opened = self._open
        if tag not in _CHILDREN.get(opened[-1], _NOTHING) or len(opened) > MAX_DEPTH:
            raise Fault(NOT_A_CALL, _TEXT)
        if opened[-1] == "value":
            if self._typed:
                raise Fault(NOT_A_CALL, _TEXT)
            self._typed = True
            if tag == "array":
                self._containers.append([])
            elif tag == "struct":
                self._containers.append({})
                self._names.append(None)
        elif tag == "value":
            self._typed = False
        elif tag == "data" and self._containers[-1]:
            raise Fault(NOT_A_CALL, _TEXT)
        opened.append(tag)
        self.text.clear()

    def end(self, _: str) -> None:
        tag = self._open.pop()
        if tag == "value":
            self._put(self._value if self._typed else "".join(self.text))
            self._typed = True
        elif convert := _CONVERSIONS.get(tag):
            self._value = convert("".join(self.text))
        elif tag == "array":
            self._value, self._typed = self._containers.pop(), True
        elif tag == "struct":
            self._names.pop()
            self._value, self._typed = self._containers.pop(), True
        elif tag == "name":
            self._names[-1] = "".join(self.text)
        elif tag == "methodName":
            self.name = "".join(self.text).strip()

    def _put(self, value: Any) -> None:
        container = self._containers[-1]
        if isinstance(container, list):
            container.append(value)
            return
        name = self._names[-1]
        if name is None:
            raise Fault(NOT_A_CALL, _TEXT)
        container[name] = value
        self._names[-1] = None


def _boolean(text: str) -> bool:
    return _BOOLEANS[text.strip()]


def _moment(text: str) -> datetime:
    return datetime.strptime(text.strip(), "%Y%m%dT%H:%M:%S")


def _nothing(_: str) -> None:
    return None


_BOOLEANS = {"0": False, "1": True}
_CONVERSIONS: dict[str, Callable[[str], Any]] = {
    "string": cast("Callable[[str], Any]", str),
    **dict.fromkeys(_INTEGERS, int),
    **dict.fromkeys(("double", "float"), float),
    "boolean": _boolean,
    "nil": _nothing,
    "base64": binascii.a2b_base64,
    "dateTime.iso8601": _moment,
}
