"""Finding what this version runs: deploy and boot methods and kinds of tests.

Each is one module in ``deploy``, ``boot`` or ``test``; the folders are the list.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from typing import ClassVar, Literal, Protocol, cast

import pumice.definitions.boot
import pumice.definitions.deploy
import pumice.definitions.test
from pumice.definitions.keys import Action
from pumice.formats.schema import nearest, shorten

Kind = Literal["deploy", "boot", "test"]

_FOLDERS = {
    "deploy": pumice.definitions.deploy,
    "boot": pumice.definitions.boot,
    "test": pumice.definitions.test,
}
_NOUNS = {"deploy": "deploy method", "boot": "boot method", "test": "kind of test"}

_IN_LAVA = {
    "deploy": """avh docker download downloads fastboot flasher fvp iso-installer mps musca nbd
        nfs overlay qdl recovery sata sd ssh tftp tmpfs u-boot-ums usb usbg-ms uuu vemsd""",
    "boot": """avh barebox bootloader cmsis-dap depthcharge dfu docker fastboot fvp gdb grub
        grub-efi ipxe jlink kexec minimal monitor musca new_connection nodebooter openocd pyocd
        qdl qemu qemu-iso qemu-nfs recovery schroot ssh u-boot uefi uefi-menu uuu""",
    "test": "definitions docker interactive monitors services",
}
KNOWN = {kind: tuple(words.split()) for kind, words in _IN_LAVA.items()}
"""Every name that LAVA's job definitions have, whether this version runs it or not."""


class Method(Protocol):
    """What a module of a method offers to validation."""

    NAME: ClassVar[str]
    """The name in job definitions."""

    Keys: ClassVar[type[Action]]
    """The model of the action."""

    NOT_RUN: ClassVar[tuple[str, ...]]
    """Keys that the model knows and that this version cannot act on yet."""


@cache
def names(kind: Kind) -> tuple[str, ...]:
    """The names of all that this version runs of a kind, sorted."""
    folder = _FOLDERS[kind]
    modules = (_load(kind, found.name) for found in pkgutil.iter_modules(folder.__path__))
    return tuple(sorted(module.NAME for module in modules))


@cache
def find(kind: Kind, name: str) -> Method | None:
    """The module of a name, or None where this version does not run it."""
    stem = name.replace("-", "_")
    found = {module.name for module in pkgutil.iter_modules(_FOLDERS[kind].__path__)}
    if stem not in found:
        return None
    module = _load(kind, stem)
    return module if name == module.NAME else None


def refusal(kind: Kind, name: object) -> str:
    """Why a name cannot run, and what can."""
    runs = ", ".join(names(kind))
    if name in KNOWN[kind]:
        return f"this version of Pumice does not run the {_NOUNS[kind]} {name!r}: it runs {runs}"
    meant = nearest(name, {*KNOWN[kind], *names(kind)})
    hint = f" (did you mean {meant!r}?)" if meant is not None else ""
    return f"unknown {_NOUNS[kind]} {shorten(repr(name))}{hint}: this version runs {runs}"


def _load(kind: Kind, stem: str) -> Method:
    return cast("Method", importlib.import_module(f"{_FOLDERS[kind].__name__}.{stem}"))
