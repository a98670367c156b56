"""Actions: the nodes of a plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pumice.formats.errors import Problem

COMMON = "common"
"""The namespace of actions that name none."""


@dataclass(frozen=True, slots=True)
class Retry:
    """How often an action is attempted.

    ``attempts`` is the greatest number of attempts; ``interval`` the seconds between two.
    With ``repeat`` all attempts are made, and the action fails at the end if any failed;
    without it the first that passes is the last.
    """

    attempts: int = 1
    interval: float = 1.0
    repeat: bool = False


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to do, and the actions that it consists of.

    ``runner`` names the coroutine function that performs it, as ``module:function``; empty for
    an action that only performs its children, in order, and for one of a method that cannot be
    run: its plan has obstacles. ``check`` names one that is called
    before any action runs, and fails where this one could not work. ``parameters`` is plain
    data for the two. ``timeout_error`` is the error type (of pumice.wire.states) of an action that
    takes too long. ``skip_timeout`` lets the job go on after that. ``calls`` are plain data of
    what the job tells the others of its MultiNode group, or waits for, before the action runs.

    ``level``, ``timeout`` and ``connection_timeout`` (seconds) are given by
    :func:`pumice.plan.timeouts.settle`.
    """

    name: str
    description: str
    summary: str = ""
    runner: str = ""
    check: str = ""
    namespace: str = COMMON
    connection_namespace: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict[str, Any])
    children: tuple[Action, ...] = ()
    retry: Retry | None = None
    timeout_error: str = "Job"
    skip_timeout: bool = False
    calls: tuple[Mapping[str, Any], ...] = ()
    url: str = ""
    level: str = ""
    timeout: int = 0
    connection_timeout: int = 0

    @property
    def attempts(self) -> int:
        """The greatest number of times that the action is attempted."""
        return self.retry.attempts if self.retry else 1


@dataclass(frozen=True, slots=True)
class Plan:
    """A job's actions in order, the last being ``finalize``, and the job's timeout in seconds.

    ``obstacles`` say why it can be printed but not be run, each with its path in the job.
    """

    actions: tuple[Action, ...]
    timeout: int
    obstacles: tuple[Problem, ...] = ()

    def walk(self) -> Iterator[Action]:
        """Every action, each before its children."""
        for action in self.actions:
            yield from _walk(action)


def _walk(action: Action) -> Iterator[Action]:
    yield action
    for child in action.children:
        yield from _walk(child)
