"""``to: tmpfs``: files that QEMU starts with, in a folder of the worker."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pumice.definitions import downloads, overlays, parts
from pumice.definitions.blocks import Block, as_map, at
from pumice.definitions.keys import DeployAction, Download
from pumice.plan.actions import Action

NAME = "tmpfs"
RUNS = True
NOT_RUN = ("uefi",)


class Image(Download):
    """One file; ``image_arg`` is what QEMU's command line says about it, ``{NAME}`` its path."""

    image_arg: str = ""
    """What the program's command line says about it; {NAME} becomes its path."""


class Keys(DeployAction):
    """The keys of the action."""

    to: Literal["tmpfs"]
    images: dict[str, Image] = Field(min_length=1)
    """The files, by name."""

    type: Literal["monitor"] | None = None
    """The files are for the method monitor."""

    uefi: Download | None = None
    """QEMU's firmware."""


def plan(keys: Keys, block: Block) -> Action:
    """The action ``deployimages``. Raises InvalidDocument."""
    overlay = overlays.plan(block)
    fetched = tuple(
        downloads.plan(block, label, image, ("images", label))
        for label, image in keys.images.items()
    )
    environment = parts.environment(block)
    children = (environment, *fetched)
    if overlay is not None:
        children = (overlay, *children)
    if overlay is not None:
        guest = at(block.subject.device, ("actions", "deploy", "methods", "image"))
        children += (
            Action(
                name="apply-overlay-guest",
                description="make a disk image of the overlay for the guest",
                summary="build a guest drive with the overlay",
                runner="pumice.dispatcher.overlay.guest:apply",
                namespace=block.namespace,
                parameters=dict(as_map(at(guest, ("parameters", "guest")))),
            ),
        )
    return Action(
        name="deployimages",
        description="download the images and make the overlay",
        summary="deploy images",
        runner="pumice.dispatcher.deploy.tmpfs:deploy",
        namespace=block.namespace,
        children=children,
        parameters={"arguments": {name: image.image_arg for name, image in keys.images.items()}},
    )
