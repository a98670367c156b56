"""``to: fvp``: files that an Arm model is started with."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pumice.definitions.keys import Compression, DeployAction, Download
from pumice.formats.schema import Section

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
