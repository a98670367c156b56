"""``to: flasher``: files that the site's own program writes to the board."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pumice.definitions.keys import DeployAction, Download

NAME = "flasher"
RUNS = False
NOT_RUN: tuple[str, ...] = ()


class Image(Download):
    """A file; without ``download`` the program gets its address."""

    download: bool = True


class Keys(DeployAction):
    """The keys of the action."""

    to: Literal["flasher"]
    images: dict[str, Image] = Field(min_length=1)
    uniquify: bool = True
