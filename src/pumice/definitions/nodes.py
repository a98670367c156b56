"""Making the actions of a plan from the catalogue's names."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pumice.definitions.blocks import Block
from pumice.definitions.catalogue import ACTIONS
from pumice.plan.actions import Action

_DISPATCHER = "pumice.dispatcher"


def act(
    block: Block,
    name: str,
    *children: Action | None,
    runner: str = "",
    check: str = "",
    **parameters: Any,
) -> Action:
    """An action of the catalogue that is attempted once; children that are None are left out.

    ``runner`` and ``check`` are functions of :mod:`pumice.dispatcher`, as ``room.module:function``.
    """
    meaning, error = ACTIONS[name]
    return Action(
        name=name,
        description=meaning,
        summary=name.replace("-", " "),
        runner=f"{_DISPATCHER}.{runner}" if runner else "",
        check=f"{_DISPATCHER}.{check}" if check else "",
        namespace=block.namespace,
        connection_namespace=block.connection_namespace,
        parameters=parameters,
        children=tuple(child for child in children if child is not None),
        timeout_error=error,
    )


def retried(
    block: Block,
    name: str,
    *children: Action | None,
    outermost: bool = False,
    runner: str = "",
    **parameters: Any,
) -> Action:
    """The same, attempted as often as the block and the device say."""
    once = act(block, name, *children, runner=runner, **parameters)
    return replace(once, retry=block.retry(outermost=outermost))
