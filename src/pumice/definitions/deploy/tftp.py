"""``to: tftp``: files that a bootloader loads over the network, with a root over NFS or none."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from pumice.definitions.keys import DeployAction, Download, Kernel
from pumice.formats.schema import Section, wrong

NAME = "tftp"
RUNS = False
NOT_RUN: tuple[str, ...] = ()


class Ramdisk(Download):
    """The ramdisk, and what is put into it."""

    install_modules: bool = True
    install_overlay: bool = True
    header: Literal["u-boot"] | None = None


class RootFileSystem(Download):
    """An archive that becomes a root file system over NFS."""

    install_modules: bool = True
    install_overlay: bool = True
    prefix: str = ""

    @field_validator("prefix")
    @classmethod
    def _is_a_folder_inside(cls, value: str) -> str:
        if value.startswith("/") or not value.endswith("/"):
            raise wrong("a relative path that ends with '/' is needed")
        return value


class PersistentRoot(Section):
    """A root file system that a server keeps."""

    address: str = Field(pattern="^.+:.+$")
    install_overlay: bool = True


class Keys(DeployAction):
    """The keys of the action."""

    to: Literal["tftp"]
    kernel: Kernel | None = None
    dtb: Download | None = None
    dtbo: list[Download] = []
    modules: Download | None = None
    preseed: Download | None = None
    ramdisk: Ramdisk | None = None
    nfsrootfs: RootFileSystem | None = None
    persistent_nfs: PersistentRoot | None = None
    tee: Download | None = None
    extra_files: dict[str, Download] = {}

    @model_validator(mode="after")
    def _one_root(self) -> Self:
        if self.nfsrootfs is not None and self.persistent_nfs is not None:
            raise wrong("'nfsrootfs' and 'persistent_nfs' exclude each other: use one of them")
        return self
