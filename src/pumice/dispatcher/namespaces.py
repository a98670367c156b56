"""What the actions of one namespace share: files, overlay, console, the tests to run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pumice.definitions.testdefs import TestDefinition
from pumice.dispatcher.console.engine import Console
from pumice.dispatcher.host.compose import Project
from pumice.dispatcher.host.containers import Wanted
from pumice.dispatcher.overlay.tree import Tree
from pumice.dispatcher.session.kernel import KernelWatch


@dataclass(frozen=True, slots=True)
class Image:
    """A downloaded file; ``overlaid`` tells that it holds the job's overlay."""

    path: Path
    overlaid: bool = False


@dataclass(frozen=True, slots=True)
class GuestDrive:
    """A disk image with the overlay, and what QEMU and the guest know it by.

    ``others`` is the folder in it that the guest copies to its root; empty for none.
    """

    path: Path
    uuid: str
    interface: str
    identifier: str
    others: str = ""


@dataclass(frozen=True, slots=True)
class ShellTest:
    """A test definition that the board runs: what results and signals say of it.

    ``run`` is ``<index>_<name>``, the suite; ``fixups`` gives a result for each word of the
    program's output; ``expected`` is None where nothing is said about which cases there are.
    ``definition`` is what runs and ``text`` how it was written; ``source`` is ``inline``, ``git``
    or ``url``, ``folder`` the repository on the worker, if it has one, ``commit`` the commit's
    full name, and ``revision`` what the job asked for.
    """

    run: str
    uuid: str
    stage: int
    path: str
    repository: str
    pattern: str = ""
    fixups: Mapping[str, str] = field(default_factory=dict[str, str])
    expected: tuple[str, ...] | None = None
    definition: TestDefinition | None = None
    text: str = ""
    source: str = "inline"
    folder: Path | None = None
    commit: str = ""
    revision: str = ""


@dataclass(slots=True)
class Namespace:
    """What the actions of one namespace share. Each part is set by the action that makes it.

    ``arguments`` are what a command line says about each image, with ``{LABEL}`` for its path;
    ``prompts`` are the patterns of the shell's prompt, empty where the board has no shell;
    ``idle`` tells that the shell waits for a command. ``connection`` is the command that
    connects to the board; empty where the console is the board itself, which ends with it.
    ``substitutions`` are the values of a bootloader's placeholders, by their names; ``lines``
    what it is given.
    ``parcel`` is the archive that is copied to a host which runs already. ``container`` is the
    image that was deployed for a container, and how the job wants it. ``tftp`` is the folder of
    the namespace's files in that of the TFTP server, ``rootfs`` the root that NFS serves.
    ``obtained`` are the images of the containers that tools run in, ``fastboot`` the serial
    number of the board that was found.
    ``services`` are the projects of compose that run beside the board, by name.
    """

    name: str
    images: dict[str, Image] = field(default_factory=dict[str, Image])
    arguments: dict[str, str] = field(default_factory=dict[str, str])
    overlay: Tree | None = None
    drive: GuestDrive | None = None
    container: Wanted | None = None
    console: Console | None = None
    connection: str = ""
    substitutions: dict[str, str] = field(default_factory=dict[str, str])
    lines: tuple[str, ...] = ()
    kernel: KernelWatch | None = None
    prompts: tuple[str, ...] = ()
    idle: bool = False
    parcel: Path | None = None
    tftp: Path | None = None
    rootfs: Path | None = None
    obtained: set[str] = field(default_factory=set[str])
    fastboot: str = ""
    services: dict[str, Project] = field(default_factory=dict[str, Project])
    tests: dict[str, ShellTest] = field(default_factory=dict[str, ShellTest])
