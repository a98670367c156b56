"""``monitors``: results that are read from what a board prints by itself."""

from __future__ import annotations

from dataclasses import replace

from pydantic import Field

from pumice.definitions import parts
from pumice.definitions.blocks import Block
from pumice.definitions.keys import Action
from pumice.definitions.testdefs import DEFAULT_FIXUPS, FixedResult
from pumice.formats.schema import Section
from pumice.plan import actions as planned

NAME = "monitors"
RUNS = True
NOT_RUN: tuple[str, ...] = ()


class Monitor(Section):
    """Where the output starts and ends, and what a result looks like in it."""

    name: str = Field(min_length=1)
    """The name of the suite."""

    start: str
    """A regular expression of where the output starts."""

    end: str
    """A regular expression of where it ends."""

    pattern: str
    """A regular expression that finds results, with groups as in a test definition."""

    fixupdict: dict[str, FixedResult] = {}
    """What words of the output mean: pass, fail, skip or unknown."""

    expected: list[str] = []
    """The cases that must be reported."""


class Keys(Action):
    """The keys of the action."""

    monitors: list[Monitor] = Field(min_length=1)
    """What is looked for in the output, one after the other."""


def plan(keys: Keys, block: Block) -> planned.Action:
    """The action ``lava-test-monitor-retry``."""
    monitors = [
        {**monitor.model_dump(), "fixupdict": {**DEFAULT_FIXUPS, **monitor.fixupdict}}
        for monitor in keys.monitors
    ]
    made = parts.retried(
        block,
        "lava-test-monitor-retry",
        parts.act(
            block,
            "lava-test-monitor",
            runner="test.monitors:run",
            check="test.monitors:patterns_are_right",
            monitors=monitors,
        ),
        outermost=True,
    )
    return replace(made, skip_timeout=keys.timeout.skip)
