"""YAML 1.1 as PyYAML's safe loader reads it, with limits, and with the place of everything.

libyaml's parser gives events; one pass over them builds the data and notes where each part
stands. Nothing recurses, so that no depth of nesting can exhaust the stack. Aliases and merge
keys work; what an alias repeats counts against the limit on nodes.

Source: YAML 1.1 (yaml.org/spec/1.1), the resolution of PyYAML 6.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, cast

import yaml
from yaml.constructor import SafeConstructor
from yaml.resolver import Resolver

from pumice.formats import dumping
from pumice.formats.errors import InvalidDocument, Path, Problem

_CORE = "tag:yaml.org,2002:"
_NOT_ALLOWED = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LONGEST_NUMBER = 400
_LONGEST_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a document may be.

    ``max_bytes``: its text in UTF-8. ``max_depth``: lists and maps inside each other.
    ``max_nodes``: values, keys included, after each alias is replaced by what it repeats.
    """

    max_bytes: int = 1 << 20
    max_depth: int = 64
    max_nodes: int = 50_000


@dataclass(slots=True)
class _Place:
    """Where a value stands, and the values inside it by key or index.

    ``size`` counts the value and all inside it, keys included.
    """

    line: int
    column: int
    inside: dict[Any, _Place] | list[_Place] | None = None
    size: int = 1


@dataclass(frozen=True, slots=True)
class Document:
    """A document's data, and where each part of it stands.

    ``data`` is made of dict, list, str, int, float, bool, None, bytes, date and datetime. What
    an alias repeats is the same object as the original: treat the data as read-only.
    """

    data: Any
    _root: _Place

    def where(self, path: Path) -> tuple[int, int] | None:
        """Line and column, from 1, of the key or list item that the path ends with.

        Where the path leads out of the document, its nearest existing parent is meant. None
        only where there is no document at all.
        """
        place = self._root
        for part in path:
            inner = _inner(place, part)
            if inner is None:
                break
            place = inner
        return (place.line, place.column) if place.line else None


def _inner(place: _Place, part: str | int) -> _Place | None:
    if isinstance(place.inside, dict):
        return place.inside.get(part)
    if (
        isinstance(place.inside, list)
        and isinstance(part, int)
        and part in range(len(place.inside))
    ):
        return place.inside[part]
    return None


def load(text: str | bytes, *, limits: Limits | None = None) -> Document:
    """Read the only document of a text; an empty text is None.

    Raises InvalidDocument, with line and column, for text that is not YAML, not UTF-8, has
    control characters, duplicate or unhashable keys, unknown tags, more than one document, or
    exceeds a limit.
    """
    limits = limits or Limits()
    source = _decode(text, limits)
    loader = yaml.CSafeLoader(source)
    try:
        return _Builder(limits).build(_events(loader))
    except yaml.MarkedYAMLError as error:
        raise _syntax_error(error, source) from error
    except yaml.YAMLError as error:
        raise InvalidDocument.because(f"not valid YAML: {error}") from error
    finally:
        loader.dispose()


def _events(loader: Any) -> Iterator[Any]:
    while True:
        event = loader.get_event()
        if event is None or isinstance(event, yaml.StreamEndEvent):
            return
        yield event


def _decode(text: str | bytes, limits: Limits) -> str:
    if len(text) > limits.max_bytes:
        raise _too_large(limits)
    if isinstance(text, bytes):
        try:
            text = text.decode("utf-8")
        except UnicodeDecodeError as error:
            before = text[: error.start]
            raise InvalidDocument.because(
                f"the text is not UTF-8: byte 0x{text[error.start]:02x} stands where none can",
                line=before.count(b"\n") + 1,
                column=len(before.rpartition(b"\n")[2].decode("utf-8", "replace")) + 1,
            ) from error
    text = text.removeprefix("\ufeff")
    if wrong := _NOT_ALLOWED.search(text):
        before = text[: wrong.start()]
        raise InvalidDocument.because(
            f"the character U+{ord(wrong[0]):04X} is not allowed in YAML",
            line=before.count("\n") + 1,
            column=len(before.rpartition("\n")[2]) + 1,
        )
    if len(text.encode()) > limits.max_bytes:
        raise _too_large(limits)
    return text


def _too_large(limits: Limits) -> InvalidDocument:
    return InvalidDocument.because(
        f"the document is too large: at most {limits.max_bytes} bytes are allowed"
    )


def _syntax_error(error: yaml.MarkedYAMLError, source: str) -> InvalidDocument:
    mark = error.problem_mark or error.context_mark
    what = ", ".join(part for part in (error.context, error.problem) if part)
    if mark is None:
        return InvalidDocument.because(f"not valid YAML: {what}")
    if source[mark.index : mark.index + 1] == "\t":
        what = "a tab stands where only spaces can: indent with spaces"
    return InvalidDocument.because(
        f"not valid YAML: {what}", line=mark.line + 1, column=mark.column + 1
    )


class _Scalars(SafeConstructor, Resolver):
    """PyYAML's tables of what a plain word means and how each tag is made a value."""

    def __init__(self) -> None:
        SafeConstructor.__init__(self)
        Resolver.__init__(self)

    def tag_of(self, event: Any) -> str:
        tag: str | None = event.tag
        if tag is not None and tag != "!":
            return tag
        if event.implicit[0] and len(event.value) > _LONGEST_NUMBER:
            return f"{_CORE}str"
        resolved: str = cast("Any", self).resolve(yaml.ScalarNode, event.value, event.implicit)
        return resolved

    def value_of(self, tag: str, event: Any) -> Any:
        if tag in (f"{_CORE}str", f"{_CORE}value"):
            return event.value
        construct = self.yaml_constructors.get(tag)
        if construct is None:
            raise _at(event, f"the tag {_shown(tag)} is not known")
        if len(event.value) > _LONGEST_NUMBER and tag in (f"{_CORE}int", f"{_CORE}float"):
            raise _at(event, f"a number of more than {_LONGEST_NUMBER} characters")
        node = yaml.ScalarNode(tag, event.value, event.start_mark, event.end_mark)
        try:
            return construct(self, node)
        except (ValueError, LookupError, OverflowError, TypeError, AttributeError) as error:
            raise _at(
                event, f"{_shown(event.value)} is not a valid {tag.removeprefix(_CORE)}"
            ) from error


_SCALARS = _Scalars()


def _at(event: Any, message: str) -> InvalidDocument:
    mark = event.start_mark
    return InvalidDocument.because(message, line=mark.line + 1, column=mark.column + 1)


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[: _LONGEST_SHOWN - 4]}...{text[-1]}"


def _place(event: Any, inside: dict[Any, _Place] | list[_Place] | None = None) -> _Place:
    mark = event.start_mark
    return _Place(mark.line + 1, mark.column + 1, inside)


_NOTHING = object()


class _List:
    """A list that is being read."""

    def __init__(self, event: Any) -> None:
        self.event = event
        self.value: list[Any] = []
        self.places: list[_Place] = []
        self.place = _place(event, self.places)

    def add(self, value: Any, place: _Place, is_merge: bool) -> None:
        del is_merge  # ``<<`` has a meaning only as a key
        self.value.append(value)
        self.places.append(place)

    def finish(self) -> Any:
        if self.event.tag in (None, "!", f"{_CORE}seq"):
            return self.value
        raise _at(self.event, f"the tag {_shown(self.event.tag)} is not allowed for a list")


class _Map:
    """A map that is being read: its own pairs, and what it takes from others by ``<<``."""

    def __init__(self, event: Any) -> None:
        self.event = event
        self.value: dict[Any, Any] = {}
        self.places: dict[Any, _Place] = {}
        self.place = _place(event, self.places)
        self._key: Any = _NOTHING
        self._key_place = self.place
        self._key_merges = False
        self._merged: list[tuple[Any, _Place]] = []

    def add(self, value: Any, place: _Place, is_merge: bool) -> None:
        if self._key is _NOTHING:
            self._start_pair(value, place, is_merge)
            return
        key, self._key = self._key, _NOTHING
        if self._key_merges:
            self._merged.append((value, place))
            return
        self.value[key] = value
        self.places[key] = _Place(
            self._key_place.line, self._key_place.column, place.inside, place.size
        )

    def _start_pair(self, key: Any, place: _Place, is_merge: bool) -> None:
        self._key_merges = is_merge
        self._key, self._key_place = key, place
        if is_merge:
            return
        try:
            known = self.places.get(key)
        except TypeError:
            raise InvalidDocument.because(
                "a list or map cannot be a key", line=place.line, column=place.column
            ) from None
        if known is not None:
            raise InvalidDocument.because(
                f"the key {_shown(key)} stands twice in this map, first on line {known.line}",
                line=place.line,
                column=place.column,
            )

    def finish(self) -> Any:
        tag = self.event.tag
        if tag not in (None, "!", f"{_CORE}map"):
            raise _at(self.event, f"the tag {_shown(tag)} is not allowed for a map")
        if self._merged:
            self._merge()
        return self.value

    def _merge(self) -> None:
        """Put merged pairs first; own pairs win over them, and earlier sources over later."""
        value: dict[Any, Any] = {}
        places: dict[Any, _Place] = {}
        for source, place in reversed(list(self._sources())):
            value.update(source)
            places.update(cast("dict[Any, _Place]", place.inside))
            self.place.size += place.size
        value.update(self.value)
        places.update(self.places)
        self.value, self.places = value, places
        self.place.inside = places

    def _sources(self) -> Iterator[tuple[dict[Any, Any], _Place]]:
        for value, place in self._merged:
            if isinstance(value, dict):
                yield cast("dict[Any, Any]", value), place
                continue
            inside = place.inside if isinstance(place.inside, list) else []
            items = cast("list[Any]", value) if isinstance(value, list) else [value]
            for item, item_place in zip(items, inside or [place], strict=False):
                if not isinstance(item, dict):
                    raise InvalidDocument.because(
                        f"'<<' takes a map or a list of maps, not {_shown(item)}",
                        line=item_place.line,
                        column=item_place.column,
                    )
                yield cast("dict[Any, Any]", item), item_place


class _Builder:
    """Build a document from events, within limits."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._open: list[_List | _Map] = []
        self._anchors: dict[str, tuple[Any, _Place] | None] = {}
        self._nodes = 0

    def build(self, events: Iterator[Any]) -> Document:
        root: tuple[Any, _Place] | None = None
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                if root is not None:
                    raise _at(event, "a second document starts here: only one is allowed")
                continue
            finished = self._take(event)
            if finished is None:
                continue
            value, place, is_merge = finished
            if self._open:
                self._open[-1].add(value, place, is_merge)
                self._open[-1].place.size += place.size
            else:
                root = (value, place)
        return Document(None, _Place(0, 0)) if root is None else Document(*root)

    def _take(self, event: Any) -> tuple[Any, _Place, bool] | None:
        """Use one event. Returns a value that is complete with it, and whether it is ``<<``."""
        if isinstance(event, yaml.ScalarEvent):
            self._count(event, 1)
            tag = _SCALARS.tag_of(event)
            is_merge = tag == f"{_CORE}merge"
            value = event.value if is_merge else _SCALARS.value_of(tag, event)
            place = _place(event)
            return self._anchored(event, value, place, is_merge)
        if isinstance(event, yaml.AliasEvent):
            return (*self._repeated(event), False)
        if isinstance(event, yaml.CollectionStartEvent):
            self._count(event, 1)
            if len(self._open) >= self._limits.max_depth:
                raise _at(event, f"nested more than {self._limits.max_depth} levels deep")
            if event.anchor is not None:
                self._new_anchor(event)
                self._anchors[event.anchor] = None
            kind = _List if isinstance(event, yaml.SequenceStartEvent) else _Map
            self._open.append(kind(event))
            return None
        if isinstance(event, yaml.CollectionEndEvent):
            closed = self._open.pop()
            value = closed.finish()
            if closed.event.anchor is not None:
                self._anchors[closed.event.anchor] = (value, closed.place)
            return value, closed.place, False
        return None

    def _anchored(
        self, event: Any, value: Any, place: _Place, is_merge: bool
    ) -> tuple[Any, _Place, bool]:
        if event.anchor is not None:
            self._new_anchor(event)
            self._anchors[event.anchor] = (value, place)
        return value, place, is_merge

    def _new_anchor(self, event: Any) -> None:
        if event.anchor in self._anchors:
            raise _at(event, f"the anchor &{event.anchor} is set twice")

    def _repeated(self, event: Any) -> tuple[Any, _Place]:
        name: str = event.anchor
        if name not in self._anchors:
            raise _at(event, f"the alias *{name} names an anchor that is not set before it")
        anchored = self._anchors[name]
        if anchored is None:
            raise _at(event, f"the alias *{name} stands inside what it repeats")
        value, original = anchored
        self._count(event, original.size)
        place = _place(event, original.inside)
        place.size = original.size
        return value, place

    def _count(self, event: Any, nodes: int) -> None:
        self._nodes += nodes
        if self._nodes > self._limits.max_nodes:
            raise _at(
                event,
                f"more than {self._limits.max_nodes} values, counting what aliases repeat",
            )


def dump(data: Any) -> str:
    """Write data as YAML in block style, keys in their order, that :func:`load` reads back."""
    try:
        return dumping.plain(data) if type(data) in (dict, list) else dumping.with_pyyaml(data)
    except dumping.NotPlain:
        return dumping.with_pyyaml(data)


def located(problems: Iterable[Problem], document: Document | None) -> list[Problem]:
    """The problems, each with the line and column of its path; as they are without a document."""
    if document is None:
        return list(problems)
    found: list[Problem] = []
    for problem in problems:
        line, column = document.where(problem.path) or (None, None)
        found.append(Problem(problem.message, problem.path, line, column))
    return found
