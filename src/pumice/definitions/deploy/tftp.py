"""``to: tftp``: files that a bootloader loads over the network, with a root over NFS or none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from pumice.definitions import parts
from pumice.definitions.blocks import Block
from pumice.definitions.keys import DeployAction, Download, Kernel
from pumice.formats.schema import Section, wrong
from pumice.plan.actions import Action

NAME = "tftp"
RUNS = False
NOT_RUN: tuple[str, ...] = ()


class Ramdisk(Download):
    """The ramdisk, and what is put into it."""

    install_modules: bool = True
    """Whether the modules are put into it."""

    install_overlay: bool = True
    """Whether the tests are put into it."""

    header: Literal["u-boot"] | None = None
    """Wrap the ramdisk for U-Boot."""


class RootFileSystem(Download):
    """An archive that becomes a root file system over NFS."""

    install_modules: bool = True
    """Whether the modules are put into it."""

    install_overlay: bool = True
    """Whether the tests are put into it."""

    prefix: str = ""
    """The root file system's folder in the archive: relative, ends with a slash."""

    @field_validator("prefix")
    @classmethod
    def _is_a_folder_inside(cls, value: str) -> str:
        if value.startswith("/") or not value.endswith("/"):
            raise wrong("a relative path that ends with '/' is needed")
        return value


class PersistentRoot(Section):
    """A root file system that a server keeps."""

    address: str = Field(pattern="^.+:.+$")
    """The server and the path, as HOST:PATH."""

    install_overlay: bool = True
    """Whether the tests are put into it."""


class Keys(DeployAction):
    """The keys of the action."""

    to: Literal["tftp"]
    kernel: Kernel | None = None
    """The kernel."""

    dtb: Download | None = None
    """The device tree."""

    dtbo: list[Download] = []
    """Overlays of the device tree."""

    modules: Download | None = None
    """An archive of kernel modules."""

    preseed: Download | None = None
    """The answers to an installer's questions."""

    ramdisk: Ramdisk | None = None
    """The ramdisk."""

    nfsrootfs: RootFileSystem | None = None
    """An archive that becomes the root file system over NFS."""

    persistent_nfs: PersistentRoot | None = None
    """A root file system that a server keeps."""

    tee: Download | None = None
    """The trusted execution environment."""

    extra_files: dict[str, Download] = {}
    """More files for the bootloader, by name."""

    @model_validator(mode="after")
    def _one_root(self) -> Self:
        if self.nfsrootfs is not None and self.persistent_nfs is not None:
            raise wrong("'nfsrootfs' and 'persistent_nfs' exclude each other: use one of them")
        return self


def plan(keys: Keys, block: Block) -> Action:
    """The action ``tftp-deploy``. Raises InvalidDocument."""
    return parts.act(
        block,
        "tftp-deploy",
        parts.overlay(block),
        *parts.fetched(block, _files(keys)),
        _prepare(keys, block),
        parts.environment(block),
    )


def _files(keys: Keys) -> Iterator[tuple[str, Download | None, parts.Place]]:
    for label in ("kernel", "dtb", "ramdisk", "nfsrootfs", "modules", "preseed", "tee"):
        yield label, getattr(keys, label), (label,)
    for number, file in enumerate(keys.dtbo):
        yield f"dtbo{number}", file, ("dtbo", number)
    for name, file in keys.extra_files.items():
        yield name, file, ("extra_files", name)


def _prepare(keys: Keys, block: Block) -> Action:
    persistent, root, ramdisk = keys.persistent_nfs, keys.nfsrootfs, keys.ramdisk
    into = next(
        (
            name
            for name, part in (
                ("nfsrootfs", root),
                ("persistent_nfs", persistent),
                ("ramdisk", ramdisk),
            )
            if part is not None and part.install_overlay
        ),
        "",
    )
    return parts.act(
        block,
        "prepare-tftp-overlay",
        parts.act(block, "extract-nfsrootfs", prefix=root.prefix if root else ""),
        parts.act(block, "parse-persistent-nfs", address=persistent.address if persistent else ""),
        parts.act(block, "extract-overlay-ramdisk", header=ramdisk.header if ramdisk else None),
        parts.act(
            block,
            "extract-modules",
            into=[
                name
                for name, part in (("nfsrootfs", root), ("ramdisk", ramdisk))
                if keys.modules and part is not None and part.install_modules
            ],
        ),
        parts.act(block, "apply-overlay-tftp", into=into),
        parts.act(block, "prepare-kernel", type=keys.kernel.type if keys.kernel else None),
        parts.act(block, "configure-preseed-file", label="preseed" if keys.preseed else ""),
        parts.act(block, "compress-ramdisk", label="ramdisk" if ramdisk else ""),
    )
