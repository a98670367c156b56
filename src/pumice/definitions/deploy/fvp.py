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
    compression: Compression | None = None
    header: Literal["u-boot"] | None = None


class Keys(DeployAction):
    """The keys of the action."""

    to: Literal["fvp"]
    images: dict[str, Download] = Field(min_length=1)
    ramdisk: Ramdisk | None = None
    uniquify: bool = True


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
