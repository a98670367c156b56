"""``to: fvp``: files that an Arm model is started with."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pumice.definitions import parts
from pumice.definitions.blocks import Block
from pumice.definitions.keys import Compression, DeployAction, Download
from pumice.formats.schema import Section
from pumice.plan.actions import Action

NAME = "fvp"
RUNS = False
NOT_RUN: tuple[str, ...] = ()


class Ramdisk(Section):
    """How the ramdisk is handled."""

    install_overlay: bool = True
    """Whether the tests are put into it."""

    compression: Compression | None = None
    """How the ramdisk is compressed."""

    header: Literal["u-boot"] | None = None
    """Wrap the ramdisk for U-Boot."""


class Keys(DeployAction):
    """The keys of the action."""

    to: Literal["fvp"]
    images: dict[str, Download] = Field(min_length=1)
    """The files, by name; the model's arguments say {NAME} for their paths."""

    ramdisk: Ramdisk | None = None
    """How the ramdisk is handled."""

    uniquify: bool = True
    """Each file gets a folder of its own, named as its label."""


def plan(keys: Keys, block: Block) -> Action:
    """The action ``fvp-deploy``. Raises InvalidDocument."""
    return parts.act(
        block,
        "fvp-deploy",
        parts.overlay(block),
        *parts.images(block, keys.images.items()),
        parts.environment(block),
        ramdisk=keys.ramdisk.model_dump() if keys.ramdisk else None,
        uniquify=keys.uniquify,
    )
