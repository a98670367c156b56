"""``to: iso-installer``: an installer's image, and an empty disk for it."""

from __future__ import annotations

from typing import Literal

from pumice.definitions.keys import DeployAction, Download, WithArgument
from pumice.formats.schema import Section

NAME = "iso-installer"
RUNS = False
NOT_RUN: tuple[str, ...] = ()


class Iso(WithArgument):
    """The installer's image."""


class Images(Section):
    """The installer's image, and the answers to its questions."""

    iso: Iso
    preseed: Download | None = None


class Installation(Section):
    """The disk, and the files of the image that are booted."""

    installation_size: int | str
    kernel: str = ""
    initrd: str = ""


class Keys(DeployAction):
    """The keys of the action."""

    to: Literal["iso-installer"]
    images: Images
    iso: Installation
