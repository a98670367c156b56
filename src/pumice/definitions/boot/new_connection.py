"""``method: new_connection``: another console of the same board."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pumice.definitions import bootloaders, parts
from pumice.definitions.blocks import Block, as_map, at
from pumice.definitions.keys import Shell
from pumice.plan.actions import Action

NAME = "new_connection"
RUNS = True
NOT_RUN: tuple[str, ...] = ()


class Keys(Shell):
    """The keys of the action."""

    method: Literal["new_connection"]
    connection: str = Field(min_length=1)
    """The name of the device's connection."""


def plan(keys: Keys, block: Block) -> Action:
    """The action ``secondary-shell-action``. Raises InvalidDocument."""
    known = as_map(at(block.subject.device, ("commands", "connections")))
    if keys.connection not in known:
        raise block.wrong(
            f"the device has no connection {keys.connection!r}: it has "
            f"{', '.join(sorted(map(str, known))) or 'none'}",
            "connection",
        )
    command = str(at(known[keys.connection], ("connect",)) or "")
    return parts.retried(
        block,
        "secondary-shell-action",
        parts.act(
            block,
            "connect-shell",
            runner=parts.CONNECT,
            check=parts.CONNECTS,
            connection=keys.connection,
            command=command,
        ),
        *bootloaders.login(block, _without_kernel(keys)),
        outermost=True,
    )


def _without_kernel(keys: Keys) -> Keys:
    """The keys of a board that runs already: no kernel is expected, unless the job says so."""
    if "kernel_start_message" in keys.parameters.model_fields_set:
        return keys
    quiet = keys.parameters.model_copy(update={"kernel_start_message": ""})
    return keys.model_copy(update={"parameters": quiet})
