"""``to: iso-installer``: an installer's image, and an empty disk for it."""

from __future__ import annotations

from typing import Literal

from pumice.definitions import parts
from pumice.definitions.blocks import Block
from pumice.definitions.keys import DeployAction, Download, WithArgument
from pumice.formats.schema import Section
from pumice.plan.actions import Action

NAME = "iso-installer"
RUNS = False
NOT_RUN: tuple[str, ...] = ()


class Iso(WithArgument):
    """The installer's image."""


class Images(Section):
    """The installer's image, and the answers to its questions."""

    iso: Iso
    """The installer's image."""

    preseed: Download | None = None
    """The answers to an installer's questions."""


class Installation(Section):
    """The disk, and the files of the image that are booted."""

    installation_size: int | str
    """The disk's size in megabytes."""

    kernel: str = ""
    """The kernel's path in the image."""

    initrd: str = ""
    """The ramdisk's path in the image."""


class Keys(DeployAction):
    """The keys of the action."""

    to: Literal["iso-installer"]
    images: Images
    """The installer's image, and the answers to its questions."""

    iso: Installation
    """The disk, and the files of the image that are booted."""


def plan(keys: Keys, block: Block) -> Action:
    """The action ``deploy-iso-installer``. Raises InvalidDocument."""
    return parts.act(
        block,
        "deploy-iso-installer",
        parts.act(block, "prepare-empty-image", size=str(keys.iso.installation_size)),
        *parts.images(block, [("iso", keys.images.iso), ("preseed", keys.images.preseed)]),
        parts.act(block, "pull-installer-files", kernel=keys.iso.kernel, initrd=keys.iso.initrd),
        parts.act(block, "prepare-qemu-commands", argument=keys.images.iso.image_arg),
    )
