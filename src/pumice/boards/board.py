"""What a virtual board is made of: a board of a lab, its kind, and the machine that it runs."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from pumice.boards import standin

FAULTS = {
    "silent": "its serial line says nothing",
    "slow": "its serial line has 9600 baud",
    "garbled": "bits of its serial line are wrong, the same ones each time",
    "panics": "its kernel panics when it would ask for a login, and says no more",
    "drops-network": "its network is cut while it loads files, or when it would ask for a login",
    "ignores-power-off": "it stays on when it is switched off, and nobody is told",
}
"""What can be wrong with a board on purpose, and what that means."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """One board of a lab.

    ``folder``: the board's own, for what it writes. ``images``: what :meth:`Kind.make` has made.
    ``tftp``: the folder that QEMU serves to it. ``ports``: on 127.0.0.1, kept for it; as many as
    its kind wants. ``fault``: one of FAULTS.
    """

    name: str
    lab: Path
    images: Path
    ports: tuple[int, ...] = ()
    fault: str | None = None

    @property
    def folder(self) -> Path:
        return self.lab / "boards" / self.name

    @property
    def tftp(self) -> Path:
        return self.lab / "tftp"

    def serial(self) -> dict[str, str]:
        """The variables of a device whose serial line is at the first port: the commands that
        connect to it and switch its power."""
        return {"connection_command": f"telnet -E 127.0.0.1 {self.ports[0]}", **self.power()}

    def power(self) -> dict[str, str]:
        """The variables of a device with the commands of its power switch."""
        words = [sys.executable, "-m", "pumice.boards.power", str(self.lab), self.name]
        return {
            "hard_reset_command": shlex.join([*words, "reset"]),
            "power_off_command": shlex.join([*words, "off"]),
            "power_on_command": shlex.join([*words, "on"]),
        }

    def emulators(self) -> dict[str, str]:
        """The variables of a device whose QEMU the dispatcher starts: with a fault, programs
        that behave accordingly stand in for QEMU's."""
        if self.fault is None:
            return {}
        return {"qemu_prefix": str(standin.folder(self.folder)) + "/"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """The process that a board is, while it is on.

    ``serial``: its standard streams are the serial line, at the board's first port; else it says
    nothing there, and what it does at its ports is its own. ``starts_on``: it is on when the lab
    starts. ``qemu``: it is a QEMU, which takes options after its own.
    """

    command: tuple[str, ...]
    serial: bool = True
    starts_on: bool = False
    qemu: bool = True


class Kind(Protocol):
    """A kind of virtual board: ``KIND`` of a module below :mod:`pumice.boards.kinds`."""

    @property
    def name(self) -> str:
        """What ``pumice lab add-virtual`` calls it."""
        ...

    @property
    def sentence(self) -> str:
        """What it is, in one sentence."""
        ...

    @property
    def device_type(self) -> str:
        """A device type of the library."""
        ...

    @property
    def job(self) -> str:
        """The example job that runs on it: a file of examples/jobs."""
        ...

    @property
    def ports(self) -> int:
        """How many ports a board wants: one for a serial line, more for what else it offers."""
        ...

    @property
    def loads(self) -> bool:
        """Whether it loads files from QEMU's own network: then its worker must be set up for
        that (``dispatcher_ip``, ``tftp_directory``)."""
        ...

    @property
    def faults(self) -> frozenset[str]:
        """Those of FAULTS that it can have."""
        ...

    def make(self, images: Path, /) -> None:
        """Make what boards of this kind and their example job boot, where it is missing.

        Raises OSError. Such a board is added all the same: other jobs may bring their files.
        """
        ...

    def dictionary(self, board: Board, /) -> str:
        """The device dictionary."""
        ...

    def machine(self, board: Board, /) -> Machine | None:
        """What runs while it is on; None where the dispatcher starts all that it is."""
        ...


def text_of(device_type: str, variables: Mapping[str, object]) -> str:
    """A device dictionary: what it extends, and the variables that it sets."""
    lines = [f"{{% extends {device_type + '.jinja2'!r} %}}"]
    lines += [f"{{% set {name} = {_literal(value)} %}}" for name, value in variables.items()]
    return "\n".join(lines) + "\n"


def _literal(value: object) -> str:
    """A value in a template: of Python's literals only ``True``, ``False``, ``None`` differ."""
    return repr(value).lower() if value is None or isinstance(value, bool) else repr(value)
