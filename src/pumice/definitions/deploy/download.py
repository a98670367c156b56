"""``to: download``: files that are downloaded once the board is in its mode for flashing."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pumice.definitions.keys import DeployAction, Download

NAME = "download"
RUNS = False
NOT_RUN: tuple[str, ...] = ()


class Keys(DeployAction):
    """The keys of the action."""

    to: Literal["download"]
    images: dict[str, Download] = Field(min_length=1)
