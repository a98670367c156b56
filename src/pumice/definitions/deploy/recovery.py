"""``to: recovery``: files for a board in recovery mode."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pumice.definitions.keys import DeployAction, Download

NAME = "recovery"
RUNS = False
NOT_RUN: tuple[str, ...] = ()


class Keys(DeployAction):
    """The keys of the action."""

    to: Literal["recovery"]
    images: dict[str, Download] = Field(min_length=1)
