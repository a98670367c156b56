"""Signals: what tests say on the console, in the form that LAVA made public.

``<LAVA_SIGNAL_NAME words>`` may stand anywhere in a line: a kernel's message or half a line may
come before it. It counts only where it can be genuine. A script that is shown (``cat run.sh``)
holds variables that no shell has expanded, or the command that prints it; a shell that traces
its commands prints them after a plus sign.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pumice.dispatcher.console.engine import Console, Match

SIGNAL = r"<LAVA_SIGNAL_([A-Z]+) ([^<>\r\n]*)>"
"""Groups: the name, and the words after it."""

RUNNER = r"<LAVA_TEST_RUNNER (EXIT|INSTALL_FAIL)>"
"""What the program that runs all tests of a stage says of itself."""

_UNEXPANDED = re.compile(r"\$[A-Za-z0-9_{(?*@#!$-]")
_TRACED = re.compile(r"^(?:\[ *\d+\.\d+\] ?)?\++ ")
_PRINTED_BY = re.compile(r"(?:echo|printf)(?: +-\w+)* +['\"]?(?:<\d>)?$|\+ (?:echo|printf) .*$")


@dataclass(frozen=True, slots=True)
class Signal:
    """A genuine signal: its name, its text, the text's words, and the log record with it."""

    name: str
    text: str
    words: tuple[str, ...]
    record: int


def read(console: Console, match: Match) -> Signal | None:
    """The signal that a match of :data:`SIGNAL` is, or None where it is not genuine."""
    name, text = match.groups[0] or "", (match.groups[1] or "").strip()
    if not genuine(match.before, text):
        return None
    return Signal(name, text, tuple(text.split()), console.record_of(match))


def genuine(before: str, text: str) -> bool:
    """Whether a signal is one, from its own text and the part of its line before it."""
    return not (_UNEXPANDED.search(text) or _TRACED.search(before) or _PRINTED_BY.search(before))
