"""``monitors``: results that are read from what a board prints by itself."""

from __future__ import annotations

from pydantic import Field

from pumice.definitions.keys import Action
from pumice.definitions.testdefs import FixedResult
from pumice.formats.schema import Section

NAME = "monitors"
RUNS = False
NOT_RUN: tuple[str, ...] = ()


class Monitor(Section):
    """Where the output starts and ends, and what a result looks like in it."""

    name: str = Field(min_length=1)
    start: str
    end: str
    pattern: str
    fixupdict: dict[str, FixedResult] = {}
    expected: list[str] = []


class Keys(Action):
    """The keys of the action."""

    monitors: list[Monitor] = Field(min_length=1)
