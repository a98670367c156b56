"""What a job leaves on this host: processes, mounts, containers and files, before and after.

A look at the host is taken before a job and after it; what is new after it was left behind.
Processes and mounts of others come and go meanwhile, so only those count that belong to the job:
a process that has the job's mark or works below one of the places, and a mount below one of them.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from pumice.dispatcher.host.processes import MARK


@dataclass(frozen=True, slots=True)
class Look:
    """What there was at one time: each thing by what a person knows it by."""

    processes: frozenset[str] = frozenset()
    mounts: frozenset[str] = frozenset()
    containers: frozenset[str] = frozenset()
    files: frozenset[str] = frozenset()

    def since(self, before: Look) -> dict[str, list[str]]:
        """What is new since an earlier look, by its kind; empty where nothing is."""
        new = {
            "processes": sorted(self.processes - before.processes),
            "mounts": sorted(self.mounts - before.mounts),
            "containers": sorted(self.containers - before.containers),
            "files": sorted(self.files - before.files),
        }
        return {kind: things for kind, things in new.items() if things}


@dataclass(frozen=True, slots=True)
class Host:
    """Where a job leaves its traces.

    ``output`` is the job's output folder: its mark. ``places`` are the folders in which it makes
    files: TFTP root, downloads, temporary files. ``stores`` are folders of other programs, such as
    docker's, below which only mounts and open files count. ``containers`` lists the names of all
    containers.
    """

    output: Path
    places: tuple[Path, ...]
    stores: tuple[Path, ...] = ()
    containers: Callable[[], Iterable[str]] = field(default=tuple)

    def look(self) -> Look:
        """Look at all of it now."""
        return Look(
            processes=frozenset(self._processes()),
            mounts=frozenset(self._mounts()),
            containers=frozenset(self.containers()),
            files=frozenset(self._files()),
        )

    def _processes(self) -> Iterable[str]:
        """Each as its id, start and command line."""
        for entry in Path("/proc").glob("[0-9]*"):
            if int(entry.name) == os.getpid():
                continue
            with contextlib.suppress(OSError):  # it ended meanwhile
                if self._belongs(entry):
                    started = entry.joinpath("stat").read_text().rpartition(")")[2].split()[19]
                    command = entry.joinpath("cmdline").read_bytes().replace(b"\0", b" ")
                    yield f"{entry.name} {started} {os.fsdecode(command)}"

    def _belongs(self, process: Path) -> bool:
        if process.joinpath("stat").read_text().rpartition(")")[2].split()[0] in "ZX":
            return False
        variable = f"{MARK}={self.output}".encode()
        if variable in process.joinpath("environ").read_bytes().split(b"\0"):
            return True
        return any(self._below(place) for place in _opened(process))

    def _below(self, path: str) -> bool:
        return any(Path(path).is_relative_to(place) for place in self._folders())

    def _folders(self) -> tuple[Path, ...]:
        return (self.output, *self.places, *self.stores)

    def _mounts(self) -> Iterable[str]:
        """Each as the place where it is mounted."""
        for line in Path("/proc/self/mountinfo").read_text().splitlines():
            # Source of the format: proc(5); blanks are written as \040.
            place = line.split()[4].encode().decode("unicode_escape")
            if self._below(place):
                yield place

    def _files(self) -> Iterable[str]:
        for place in (self.output, *self.places):
            yield from map(str, place.rglob("*"))


def _opened(process: Path) -> Iterable[str]:
    """Where a process is, and what it has open."""
    for link in (process / "cwd", process / "root", *process.joinpath("fd").iterdir()):
        with contextlib.suppress(OSError):  # closed meanwhile
            yield str(link.readlink())
