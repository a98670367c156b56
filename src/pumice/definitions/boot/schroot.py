"""``method: schroot``: a session of schroot on a running host."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pumice.definitions.keys import BootAction, Texts

NAME = "schroot"
RUNS = False
NOT_RUN: tuple[str, ...] = ()


class Keys(BootAction):
    """The keys of the action."""

    method: Literal["schroot"]
    connection: Literal["ssh"]
    schroot: str = Field(min_length=1)
    prompts: Texts
