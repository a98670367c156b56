"""``to: qdl``: images that qdl writes to a board in emergency download mode."""

from __future__ import annotations

from typing import Literal

from pumice.definitions.keys import DeployAction, Flashed, Partitioned

NAME = "qdl"
RUNS = False
NOT_RUN: tuple[str, ...] = ()


class Archive(Flashed):
    """The archive of images; ``name`` is the file in it that gets the tests."""

    name: str = ""


class Keys(DeployAction):
    """The keys of the action."""

    to: Literal["qdl"]
    qcomflash: Archive
    rootfs_image: Partitioned | None = None
    uniquify: bool = True
