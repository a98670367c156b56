"""How long an action may take: the rules of inheritance, and levels.

From weak to strong, for an action: the default; the job's ``timeouts.action``; the device's
``timeouts.actions.<name>``; the ``timeout`` of the job's block, for every action in it; under
an action that is retried, its parent's timeout divided by the number of attempts; the job's
``timeouts.actions.<name>``; the block's ``timeouts.<name>``. For its connection: the default;
the job's ``timeouts.connection``; the device's and then the job's ``connections.<name>``.

Source: LAVA's documented behaviour. All values are seconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from pumice.plan.actions import Action

DEFAULT = 30
"""What holds where nothing is said, and where a timeout of nothing is given."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """The ``timeouts`` of a job or of a device; a block of a job has only ``actions``."""

    action: int | None = None
    actions: Mapping[str, int] = field(default_factory=dict[str, int])
    connection: int | None = None
    connections: Mapping[str, int] = field(default_factory=dict[str, int])


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything that decides over the timeouts of one block's actions.

    ``block.action`` is the block's own ``timeout``.
    """

    job: Timeouts = Timeouts()
    device: Timeouts = Timeouts()
    block: Timeouts = Timeouts()


def settle(action: Action, level: str, rules: Rules) -> Action:
    """Give an action and all below it their levels and timeouts: a new tree."""
    return _settle(action, level, rules, None)


def _settle(action: Action, level: str, rules: Rules, share: int | None) -> Action:
    timeout = _first(
        rules.block.actions.get(action.name),
        rules.job.actions.get(action.name),
        share,
        rules.block.action,
        rules.device.actions.get(action.name),
        rules.job.action,
    )
    connection = _first(
        rules.job.connections.get(action.name),
        rules.device.connections.get(action.name),
        rules.job.connection,
    )
    below = max(1, timeout // action.attempts) if action.retry else None
    children = tuple(
        _settle(child, f"{level}.{number}", rules, below)
        for number, child in enumerate(action.children, 1)
    )
    return replace(
        action, level=level, timeout=timeout, connection_timeout=connection, children=children
    )


def _first(*values: int | None) -> int:
    """The first that is given; 0 counts as given, and means the default."""
    for value in values:
        if value is not None:
            return value or DEFAULT
    return DEFAULT
