"""``to: qdl``: images that qdl writes to a board in emergency download mode."""

from __future__ import annotations

from typing import Literal

from pumice.definitions import parts
from pumice.definitions.blocks import Block
from pumice.definitions.keys import DeployAction, Flashed, Partitioned
from pumice.plan.actions import Action

NAME = "qdl"
RUNS = False
NOT_RUN: tuple[str, ...] = ()


class Archive(Flashed):
    """The archive of images; ``name`` is the file in it that gets the tests."""

    name: str = ""
    """The file in the archive that gets the tests."""


class Keys(DeployAction):
    """The keys of the action."""

    to: Literal["qdl"]
    qcomflash: Archive
    """The archive of images."""

    rootfs_image: Partitioned | None = None
    """The root file system, instead of that of the archive."""

    uniquify: bool = True
    """Each file gets a folder of its own, named as its label."""


def plan(keys: Keys, block: Block) -> Action:
    """The action ``qdl-deploy``. Raises InvalidDocument."""
    archive, root = keys.qcomflash, keys.rootfs_image
    apply = (
        parts.act(
            block,
            "apply-overlay-image",
            label="rootfs_image" if root else "qcomflash",
            file=archive.name,
            partition=(root or archive).root_partition,
        )
        if archive.apply_overlay and block.tests
        else None
    )
    files = [("qcomflash", archive, ("qcomflash",)), ("rootfs_image", root, ("rootfs_image",))]
    return parts.act(
        block,
        "qdl-deploy",
        parts.overlay(block),
        *parts.fetched(block, files),
        apply,
        parts.environment(block),
    )
