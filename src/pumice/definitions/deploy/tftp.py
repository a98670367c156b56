"""``to: tftp``: files that a bootloader loads over the network, with a root over NFS or none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal, Self

from pydantic import Field, field_validator, model_validator

from pumice.definitions import parts, rootfs
from pumice.definitions.blocks import Block, as_map, at
from pumice.definitions.keys import DeployAction, Download, Kernel
from pumice.formats.schema import Section, wrong
from pumice.plan.actions import Action

NAME = "tftp"
RUNS = True
NOT_RUN: tuple[str, ...] = ()

_INSTALLER = "_installer"
"""How a system's name ends where its installer runs first."""


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
    files = list(_files(keys))
    return parts.act(
        block,
        "tftp-deploy",
        parts.overlay(block),
        *parts.fetched(block, files),
        _prepare(keys, block),
        parts.environment(block),
        runner="deploy.tftp:deploy",
        check="deploy.tftp:installed",
        labels=[label for label, file, _ in files if file is not None],
    )


def _files(keys: Keys) -> Iterator[tuple[str, Download | None, parts.Place]]:
    for label in ("kernel", "dtb", "ramdisk", "nfsrootfs", "modules", "preseed", "tee"):
        yield label, getattr(keys, label), (label,)
    for number, file in enumerate(keys.dtbo):
        yield f"dtbo{number}", file, ("dtbo", number)
    for name, file in keys.extra_files.items():
        yield f"extra_files.{name}", file, ("extra_files", name)


def _prepare(keys: Keys, block: Block) -> Action:
    persistent, root, ramdisk = keys.persistent_nfs, keys.nfsrootfs, keys.ramdisk
    into = _takes_the_overlay(keys)
    kept = persistent.address if persistent and into == "persistent_nfs" else ""
    device = as_map(at(block.subject.device, ("actions", "deploy", "parameters")))
    architecture = str(device.get("mkimage_arch") or "arm")
    return parts.act(
        block,
        "prepare-tftp-overlay",
        rootfs.extract(block, root, prefix=root.prefix if root else ""),
        parts.act(
            block,
            "parse-persistent-nfs",
            runner="deploy.nfs:persistent",
            address=persistent.address if persistent else "",
        ),
        parts.act(
            block,
            "extract-overlay-ramdisk",
            runner="overlay.ramdisk:extract",
            header=ramdisk.header if ramdisk else None,
        ),
        rootfs.modules(
            block,
            [
                name
                for name, part in (("nfsrootfs", root), ("ramdisk", ramdisk))
                if keys.modules and part is not None and part.install_modules
            ],
        ),
        rootfs.overlay(block, into, kept=kept),
        _kernel(keys, block, device, architecture),
        parts.act(
            block,
            "configure-preseed-file",
            runner="deploy.preseed:configure",
            installer=keys.os if keys.os.endswith(_INSTALLER) else "",
        ),
        parts.act(
            block,
            "compress-ramdisk",
            runner="overlay.ramdisk:compress",
            check="overlay.ramdisk:installed",
            label="ramdisk" if ramdisk else "",
            header=device.get("add_header"),
            architecture=architecture,
        ),
    )


def _takes_the_overlay(keys: Keys) -> str:
    """The part that the overlay is put into; empty where none takes it."""
    places = (
        ("nfsrootfs", keys.nfsrootfs),
        ("persistent_nfs", keys.persistent_nfs),
        ("ramdisk", keys.ramdisk),
    )
    for name, place in places:
        if place is not None and place.install_overlay:
            return name
    return ""


def _kernel(keys: Keys, block: Block, device: Mapping[Any, Any], architecture: str) -> Action:
    """The action ``prepare-kernel``.

    A kernel is converted where the device starts only U-Boot's own images: it has addresses for
    them, and none for a kernel of the job's type.
    """
    kind = keys.kernel.type if keys.kernel else None
    places = as_map(block.subject.device.get("parameters"))
    uimage = as_map(places.get("bootm"))
    convert = kind in ("image", "zimage") and kind not in places and bool(uimage)
    join = bool(device.get("append_dtb")) and keys.kernel is not None and keys.dtb is not None
    if join and kind == "uimage":
        raise block.wrong(
            "the device wants the device tree behind the kernel, which needs a kernel of another "
            "type than 'uimage'",
            "kernel",
            "type",
        )
    load = places.get("text_offset") or places.get("load_address") or uimage.get("kernel")
    return parts.act(
        block,
        "prepare-kernel",
        runner="deploy.kernel:prepare",
        check="deploy.kernel:installed",
        type=kind,
        append_dtb=join,
        convert=convert,
        load_address=str(load or "0"),
        in_place=bool(device.get("use_xip")),
        architecture=architecture,
    )
