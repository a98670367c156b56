"""``to: tmpfs``: files that QEMU starts with, in a folder of the worker."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pumice.definitions import parts
from pumice.definitions.blocks import Block, as_map, at
from pumice.definitions.keys import DeployAction, Download
from pumice.plan.actions import Action

NAME = "tmpfs"
RUNS = True
NOT_RUN: tuple[str, ...] = ()

_UEFI = "uefi"
"""The label of the firmware."""


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
    """QEMU's firmware, in place of its own."""


def plan(keys: Keys, block: Block) -> Action:
    """The action ``deployimages``. Raises InvalidDocument."""
    if keys.uefi is not None and _UEFI in keys.images:
        raise block.wrong(f"no image can be named {_UEFI!r} beside the firmware", "images", _UEFI)
    arguments = {name: image.image_arg for name, image in keys.images.items()}
    if keys.uefi is not None:
        arguments[_UEFI] = f"-bios {{{_UEFI}}}"
    return parts.act(
        block,
        "deployimages",
        parts.overlay(block),
        parts.environment(block),
        *parts.images(block, keys.images.items()),
        *parts.fetched(block, [(_UEFI, keys.uefi, (_UEFI,))]),
        _drive(block) if block.tests else None,
        runner="deploy.tmpfs:deploy",
        arguments=arguments,
    )


def _drive(block: Block) -> Action:
    """The action that makes a drive of the overlay for the guest."""
    place = ("actions", "deploy", "methods", "image", "parameters", "guest")
    guest = as_map(at(block.subject.device, place))
    return parts.act(
        block,
        "apply-overlay-guest",
        runner="overlay.guest:apply",
        size=guest.get("size"),
        interface=guest.get("interface"),
        driveid=guest.get("driveid"),
    )
