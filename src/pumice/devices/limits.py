"""What a render may cost, counted while it runs.

A dictionary is input: whoever may edit one, or one of the templates that it extends, could make
the server loop or fill its memory. So every part of a template that runs, and every text and
list that it makes, counts against the :class:`Budget` of the render. Nothing here needs a timer:
the same template always ends at the same place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextvars import ContextVar, Token
from dataclasses import dataclass
from typing import Any, cast

from jinja2 import TemplateRuntimeError

MAX_STEPS = 200_000
"""Parts of templates that one render may run, each as often as it runs."""

MAX_TEXT = 1 << 17
"""Characters of a text that an expression may make."""

MAX_ENTRIES = 1 << 14
"""Entries of a list or map that an expression may use, those of its entries included."""

MAX_PRODUCED = 1 << 24
"""Characters and entries that all expressions of a render may make together."""

MAX_OUTPUT = 1 << 20
"""Characters of the rendered text."""

MAX_SOURCE = 1 << 16
"""Characters of one template."""

MAX_NODES = 8_000
"""Parts of one template."""

MAX_BITS = 1 << 12
"""Size of a whole number."""

MAX_WIDTH = 1_000
"""A width, precision or count that a template may ask for."""

_TEXT_STEP = 256
_TEXT_ENTRY = 16
_WIDE = re.compile(r"\d{4}|\*")
_NESTED_FIELD = re.compile(r"\{[^{}]*\{")


class TooCostly(TemplateRuntimeError):
    """The template does more than a device's configuration needs: make it simpler."""


@dataclass(slots=True)
class Budget:
    """What is left of a render's limits."""

    steps: int = MAX_STEPS
    produced: int = MAX_PRODUCED

    def step(self, count: int) -> None:
        """Count parts that run. Raises TooCostly."""
        self.steps -= count
        if self.steps < 0:
            raise TooCostly(f"the template runs more than {MAX_STEPS} parts: does a loop end?")

    def make(self, size: int) -> None:
        """Count a text of this many characters, before or after it is made. Raises TooCostly."""
        if size > MAX_TEXT:
            raise TooCostly(f"a text of {size} characters: at most {MAX_TEXT} are allowed")
        self.produced -= size
        if self.produced < 0:
            raise TooCostly(f"all values together exceed {MAX_PRODUCED} characters")
        self.step(size // _TEXT_STEP)

    def weigh(self, value: object) -> None:
        """Count the work of going through a value, as printing or comparing does.

        A list that holds another one twice counts it twice. Raises TooCostly.
        """
        if isinstance(value, str | bytes):
            self.step(len(value) // _TEXT_STEP)
        elif isinstance(value, Mapping | list | tuple | set | frozenset):
            self.step(entries(cast("Any", value)))


def entries(value: Any) -> int:
    """How many entries a list or map has, those of its entries included; a long text counts as
    several. Raises TooCostly beyond the limit, also where a list contains itself."""
    count = 0
    todo: list[Any] = [value]
    while todo:
        here = todo.pop()
        count += 1
        if isinstance(here, str | bytes):
            count += len(here) // _TEXT_ENTRY
        elif isinstance(here, Mapping):
            inside = cast("Mapping[Any, Any]", here)
            todo += inside.values()
            todo += inside
        elif isinstance(here, list | tuple | set | frozenset):
            todo += cast("Iterable[Any]", here)
        if count + len(todo) > MAX_ENTRIES:
            raise TooCostly(f"a list or map of more than {MAX_ENTRIES} entries")
    return count


def check_format(pattern: str | bytes) -> None:
    """Refuse a ``%`` or ``format`` pattern that asks for wide fields. Raises TooCostly."""
    text = pattern if isinstance(pattern, str) else pattern.decode("latin-1")
    if _WIDE.search(text) or _NESTED_FIELD.search(text):
        raise TooCostly(f"a format with a width of {MAX_WIDTH} or more, or one that is computed")


def check_replacement(text: Any, old: Any, new: Any) -> None:
    """Refuse a replacement in text or bytes whose result is too long. Raises TooCostly."""
    if len(text) + text.count(old) * len(new) > MAX_TEXT:
        raise TooCostly(f"a text of more than {MAX_TEXT} characters")


def check_width(value: object) -> None:
    """Refuse a width or count that is too large. Raises TooCostly."""
    if isinstance(value, int | float) and not abs(value) <= MAX_WIDTH:
        raise TooCostly(f"a width of more than {MAX_WIDTH}")


_current: ContextVar[Budget | None] = ContextVar("pumice_render_budget", default=None)


def budget() -> Budget:
    """The budget of the render that runs.

    Raises TooCostly outside of one, where templates are compiled: so nothing of a template is
    evaluated ahead of its time.
    """
    found = _current.get()
    if found is None:
        raise TooCostly("templates are not evaluated outside of a render")
    return found


def spend(allowed: Budget | None) -> Token[Budget | None]:
    """Make a budget, or none, the current one; undo it with :func:`stop_spending`."""
    return _current.set(allowed)


def stop_spending(token: Token[Budget | None]) -> None:
    """Make the budget the current one that was so before."""
    _current.reset(token)
