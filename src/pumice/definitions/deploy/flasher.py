"""``to: flasher``: files that the site's own program writes to the board."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pumice.definitions import parts
from pumice.definitions.blocks import Block
from pumice.definitions.keys import DeployAction, Download
from pumice.plan.actions import Action

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


def plan(keys: Keys, block: Block) -> Action:
    """The action ``deploy-flasher-retry``. Raises InvalidDocument."""
    fetched = [(name, image) for name, image in keys.images.items() if image.download]
    deploy = parts.act(
        block,
        "deploy-flasher",
        parts.overlay(block),
        *parts.images(block, fetched),
        parts.environment(block),
        commands=parts.texts(parts.parameters_of(block, NAME).get("commands")),
        addresses={name: i.url for name, i in keys.images.items() if not i.download},
        uniquify=keys.uniquify,
    )
    return parts.retried(block, "deploy-flasher-retry", deploy, outermost=True)
