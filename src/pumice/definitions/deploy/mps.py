"""``to: mps``: files that are copied to the storage of an MPS board."""

from __future__ import annotations

import re
from typing import Literal, Self

from pydantic import Field, model_validator

from pumice.definitions import parts
from pumice.definitions.blocks import Block
from pumice.definitions.keys import DeployAction, Download
from pumice.formats.schema import wrong
from pumice.plan.actions import Action

NAME = "mps"
RUNS = False
NOT_RUN: tuple[str, ...] = ()


_NAME = re.compile(r"recovery_image|test_binary(_\w+)?")


class Image(Download):
    """A file, and the name that it gets on the board."""

    rename: str = ""
    """The name that the file gets on the board."""


class Keys(DeployAction):
    """The keys of the action."""

    to: Literal["mps"]
    images: dict[str, Image] = Field(min_length=1)
    """recovery_image and test_binary, or test_binary_NAME."""

    @model_validator(mode="after")
    def _names_are_known(self) -> Self:
        for name in self.images:
            if not _NAME.fullmatch(name):
                raise wrong("the images are named recovery_image, test_binary or test_binary_NAME")
        return self


def plan(keys: Keys, block: Block) -> Action:
    """The action ``mps-deploy``. Raises InvalidDocument."""
    return parts.act(
        block,
        "mps-deploy",
        *parts.images(block, keys.images.items()),
        parts.connect(block),
        parts.reset(block),
        parts.retried(block, "umount-retry"),
        names={name: image.rename for name, image in keys.images.items() if image.rename},
    )
