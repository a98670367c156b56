"""``to: overlay``: only the tests, for a board that needs nothing else."""

from __future__ import annotations

from typing import Literal

from pumice.definitions.keys import DeployAction

NAME = "overlay"
RUNS = False
NOT_RUN: tuple[str, ...] = ()


class Keys(DeployAction):
    """The keys of the action."""

    to: Literal["overlay"]
