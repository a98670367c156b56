"""``to: nfs``: a root file system over NFS, for a board or for QEMU."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import model_validator

from pumice.definitions.keys import DeployAction, Download, WithArgument
from pumice.formats.schema import wrong

NAME = "nfs"
RUNS = False
NOT_RUN: tuple[str, ...] = ()


class Keys(DeployAction):
    """The keys of the action."""

    to: Literal["nfs"]
    nfsrootfs: Download | None = None
    modules: Download | None = None
    images: dict[str, WithArgument] = {}

    @model_validator(mode="after")
    def _has_a_root(self) -> Self:
        if (self.nfsrootfs is None) == (not self.images):
            raise wrong("one of 'nfsrootfs' and 'images' is needed, not both")
        if self.images and "nfsrootfs" not in self.images:
            raise wrong("'images' needs a file named 'nfsrootfs'")
        return self
