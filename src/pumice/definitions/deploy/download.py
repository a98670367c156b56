"""``to: download``: files that are downloaded once the board is in its mode for flashing."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pumice.definitions import parts
from pumice.definitions.blocks import Block
from pumice.definitions.keys import DeployAction, Download
from pumice.plan.actions import Action

NAME = "download"
RUNS = True
NOT_RUN: tuple[str, ...] = ()


class Keys(DeployAction):
    """The keys of the action."""

    to: Literal["download"]
    images: dict[str, Download] = Field(min_length=1)
    """The files, by name."""


def plan(keys: Keys, block: Block) -> Action:
    """The action ``download-deploy``. Raises InvalidDocument."""
    return parts.act(
        block,
        "download-deploy",
        parts.overlay(block),
        parts.connect(block),
        parts.reset(block),
        *parts.images(block, keys.images.items()),
        parts.environment(block),
        runner="deploy.download:deploy",
    )
