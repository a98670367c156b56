"""``to: u-boot-ums``: an image written to the storage that U-Boot offers over USB."""

from __future__ import annotations

from typing import Literal

from pumice.definitions.keys import DeployAction, Partitioned

NAME = "u-boot-ums"
RUNS = False
NOT_RUN: tuple[str, ...] = ()


class Keys(DeployAction):
    """The keys of the action."""

    to: Literal["u-boot-ums"]
    image: Partitioned
