"""``to: avh``: firmware for an Arm virtual board."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import model_validator

from pumice.definitions import parts
from pumice.definitions.blocks import Block
from pumice.definitions.keys import DeployAction, Download, Partitioned
from pumice.formats.schema import Section, wrong
from pumice.plan.actions import Action

NAME = "avh"
RUNS = False
NOT_RUN: tuple[str, ...] = ()


class Options(Section):
    """Which virtual board, and where."""

    model: str = ""
    """The model of the board."""

    api_endpoint: str = ""
    """The service's address."""

    project_name: str = ""
    """The project in which the board is made."""


class RootFileSystem(Partitioned):
    """The root file system."""

    type: Literal["image"] | None = None
    """The file is an image already."""


class Package(Partitioned):
    """A whole firmware package; ``storage_file`` names the file system in it."""

    storage_file: str = ""
    """The file of the package that holds the root file system."""


class Images(Section):
    """The parts of a firmware package, or the package."""

    kernel: Download | None = None
    """The kernel."""

    dtb: Download | None = None
    """The device tree."""

    rootfs: RootFileSystem | None = None
    """The root file system."""

    fw_package: Package | None = None
    """A whole firmware package, instead of its parts."""

    @model_validator(mode="after")
    def _parts_or_package(self) -> Self:
        parts = (self.kernel, self.dtb, self.rootfs)
        if (self.fw_package is None) == all(part is None for part in parts):
            raise wrong("either 'fw_package' or 'kernel', 'dtb' and 'rootfs' are needed")
        return self


class Keys(DeployAction):
    """The keys of the action."""

    to: Literal["avh"]
    options: Options | None = None
    """Which virtual board, and where."""

    images: Images
    """The parts of a firmware package, or the package."""


def plan(keys: Keys, block: Block) -> Action:
    """The action ``deploy-avh-retry``. Raises InvalidDocument."""
    images = keys.images
    labels = ("kernel", "dtb", "rootfs", "fw_package")
    root = images.fw_package or images.rootfs
    deploy = parts.act(
        block,
        "deploy-avh",
        parts.overlay(block),
        *parts.images(block, [(label, getattr(images, label)) for label in labels]),
        parts.act(block, "apply-overlay-image", partition=root.root_partition if root else None),
        parts.environment(block),
        options=keys.options.model_dump() if keys.options else {},
    )
    return parts.retried(block, "deploy-avh-retry", deploy, outermost=True)
