"""``to: vemsd``: the recovery image of a Versatile Express board."""

from __future__ import annotations

from typing import Literal

from pumice.definitions.keys import DeployAction, Download

NAME = "vemsd"
RUNS = False
NOT_RUN: tuple[str, ...] = ()


class Keys(DeployAction):
    """The keys of the action."""

    to: Literal["vemsd"]
    recovery_image: Download
