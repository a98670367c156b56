"""``to: nfs``: a root file system over NFS, for a board or for QEMU."""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import model_validator

from pumice.definitions import parts, rootfs
from pumice.definitions.blocks import Block
from pumice.definitions.keys import DeployAction, Download, WithArgument
from pumice.formats.schema import wrong
from pumice.plan.actions import Action

NAME = "nfs"
RUNS = True
NOT_RUN: tuple[str, ...] = ()


class Keys(DeployAction):
    """The keys of the action."""

    to: Literal["nfs"]
    nfsrootfs: Download | None = None
    """An archive that becomes the root file system over NFS."""

    modules: Download | None = None
    """An archive of kernel modules."""

    images: dict[str, WithArgument] = {}
    """The files for QEMU, by name."""

    @model_validator(mode="after")
    def _has_a_root(self) -> Self:
        if (self.nfsrootfs is None) == (not self.images):
            raise wrong("one of 'nfsrootfs' and 'images' is needed, not both")
        if self.images and "nfsrootfs" not in self.images:
            raise wrong("'images' needs a file named 'nfsrootfs'")
        return self


def plan(keys: Keys, block: Block) -> Action:
    """The action ``nfs-deploy``, or ``deploy-qemu-nfs`` for images. Raises InvalidDocument."""
    if keys.images:
        return _deploy(
            block,
            "deploy-qemu-nfs",
            parts.images(block, keys.images.items()),
            keys.images["nfsrootfs"],
            runner="deploy.nfs:deploy",
            arguments={name: image.image_arg for name, image in keys.images.items()},
        )
    files = [(name, getattr(keys, name), (name,)) for name in ("nfsrootfs", "modules")]
    into = ["nfsrootfs"] if keys.modules else []
    return _deploy(
        block,
        "nfs-deploy",
        parts.fetched(block, files),
        keys.nfsrootfs,
        into,
        runner="deploy.nfs:deploy",
        arguments={},
    )


def _deploy(
    block: Block,
    name: str,
    files: tuple[Action, ...],
    root: Download | None,
    into: list[str] | None = None,
    **parameters: Any,
) -> Action:
    return parts.act(
        block,
        name,
        *files,
        rootfs.extract(block, root),
        parts.overlay(block),
        rootfs.modules(block, into or []),
        rootfs.overlay(block, "nfsrootfs"),
        parts.environment(block),
        **parameters,
    )
