"""``to: uuu``: images that NXP's uuu writes."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from pumice.definitions import parts
from pumice.definitions.blocks import Block
from pumice.definitions.keys import DeployAction, Flashed
from pumice.formats.schema import wrong
from pumice.plan.actions import Action

NAME = "uuu"
RUNS = False
NOT_RUN: tuple[str, ...] = ()


class Keys(DeployAction):
    """The keys of the action."""

    to: Literal["uuu"]
    images: dict[str, Flashed] = Field(min_length=1)
    """The images, by name; boot is needed."""

    uniquify: bool = True
    """Each file gets a folder of its own, named as its label."""

    @model_validator(mode="after")
    def _has_a_boot_image(self) -> Self:
        if "boot" not in self.images:
            raise wrong("'images' needs a file named 'boot'")
        return self


def plan(keys: Keys, block: Block) -> Action:
    """The action ``uuu-deploy``. Raises InvalidDocument."""
    return parts.act(
        block,
        "uuu-deploy",
        parts.overlay(block),
        *parts.images(block, keys.images.items()),
        *(
            parts.act(block, "apply-overlay-image", label=name, partition=image.root_partition)
            for name, image in keys.images.items()
            if image.apply_overlay and block.tests
        ),
        parts.environment(block),
    )
