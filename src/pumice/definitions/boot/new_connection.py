"""``method: new_connection``: another console of the same board."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pumice.definitions.keys import Shell

NAME = "new_connection"
RUNS = False
NOT_RUN: tuple[str, ...] = ()


class Keys(Shell):
    """The keys of the action."""

    method: Literal["new_connection"]
    connection: str = Field(min_length=1)
