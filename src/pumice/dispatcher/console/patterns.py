"""Many patterns, searched at once in the window of a console.

The leftmost match wins, and among matches at one place the pattern that was given first. A dot
matches the end of a line too, as in LAVA. Patterns run on RE2, whose time is linear in the
text; those that its syntax does not allow (look-around, back references) run in a process of
their own with a time limit, see :mod:`pumice.dispatcher.console.backtracking`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

import re2

from pumice.dispatcher.console.backtracking import Backtracker
from pumice.dispatcher.errors import JobError

_re2: Any = re2  # the package has no type hints
_SET_FROM = 3


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression, and how it is searched.

    ``multiline``: ``^`` and ``$`` match at every line. ``whole_lines``: it is searched only in
    lines that are complete, so that a match never ends where the stream happened to be cut.
    """

    text: str
    multiline: bool = False
    whole_lines: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """A match: which pattern, from where to where (bytes in the text), and its groups."""

    index: int
    start: int
    end: int
    groups: tuple[str | None, ...]
    named: dict[str, str | None]


class Patterns:
    """A set of patterns that are searched together."""

    def __init__(self, patterns: Sequence[str | Pattern]) -> None:
        """Raises JobError where one of them is not a regular expression."""
        self.patterns = tuple(p if isinstance(p, Pattern) else Pattern(p) for p in patterns)
        self._fast: list[tuple[int, Any]] = []
        self._slow: list[int] = []
        for index, pattern in enumerate(self.patterns):
            compiled = _linear(pattern)
            if compiled is not None:
                self._fast.append((index, compiled))
            else:
                _backtracking(pattern)
                self._slow.append(index)
        self._set = _set([self.patterns[index] for index, _ in self._fast])
        self._backtracker: Backtracker | None = None

    async def search(self, text: bytes) -> Found | None:
        """The leftmost match in a text of valid UTF-8, or None."""
        found = self.search_linear(text)
        if self._slow:
            found = await self._search_slow(text, found)
        return found

    def search_linear(self, text: bytes) -> Found | None:
        """The same, of those patterns alone whose time is linear."""
        candidates = self._fast
        if self._set is not None:
            hits: list[int] = self._set.Match(text)
            if not hits:
                return None
            candidates = [self._fast[hit] for hit in sorted(hits)]
        best: Found | None = None
        lines_end = -1
        for index, compiled in candidates:
            if self.patterns[index].whole_lines:
                lines_end = text.rfind(b"\n") + 1 if lines_end < 0 else lines_end
                match: Any = compiled.search(text, 0, lines_end)
            else:
                match = compiled.search(text)
            if match is not None and (best is None or match.start() < best.start):
                best = _found(index, match)
        return best

    async def _search_slow(self, text: bytes, best: Found | None) -> Found | None:
        if self._backtracker is None:
            self._backtracker = Backtracker([_python(self.patterns[i]) for i in self._slow])
        for place, index in enumerate(self._slow):
            part = text[: text.rfind(b"\n") + 1] if self.patterns[index].whole_lines else text
            answer = await self._backtracker.search(place, part)
            if answer is not None and (
                best is None or (answer.start, index) < (best.start, best.index)
            ):
                best = Found(index, answer.start, answer.end, answer.groups, answer.named)
        return best

    def close(self) -> None:
        """End the process of the patterns that need one."""
        if self._backtracker is not None:
            self._backtracker.close()
            self._backtracker = None


def check(pattern: Pattern) -> None:
    """Raise JobError where this is not a regular expression."""
    if _linear(pattern) is None:
        _backtracking(pattern)


@lru_cache(maxsize=256)
def _linear(pattern: Pattern) -> Any:
    """The compiled pattern, or None where RE2's syntax does not allow it."""
    options = _re2.Options()
    options.dot_nl = True
    options.log_errors = False
    try:
        return _re2.compile(_python(pattern), options)
    except _re2.error:
        return None


def _set(patterns: Sequence[Pattern]) -> Any:
    """All of them as one automaton that tells which occur; None where it does not pay."""
    if len(patterns) < _SET_FROM:
        return None
    options = _re2.Options()
    options.dot_nl = True
    options.log_errors = False
    options.max_mem = 32 << 20
    together: Any = _re2.Set.SearchSet(options)
    for pattern in patterns:
        together.Add(_python(pattern).encode())
    together.Compile()
    return together


def _python(pattern: Pattern) -> str:
    return f"(?m:{pattern.text})" if pattern.multiline else pattern.text


def _backtracking(pattern: Pattern) -> None:
    try:
        re.compile(_python(pattern), re.DOTALL)
    except (re.error, RecursionError, OverflowError) as error:
        raise JobError(f"{pattern.text!r} is not a regular expression: {error}") from error


def _found(index: int, match: Any) -> Found:
    named = cast("dict[str, bytes | None]", match.groupdict())
    return Found(
        index,
        match.start(),
        match.end(),
        tuple(_text(group) for group in match.groups()),
        {name: _text(value) for name, value in named.items()},
    )


def _text(value: bytes | None) -> str | None:
    return None if value is None else value.decode("utf-8", "replace")
