"""The undo journal: what a job has put outside its output folder, until it is gone again.

A line is appended to ``undo.jsonl`` in the output folder, and is on the disk, before the act:
``{"note": ENTRY}``; when the act is undone, ``{"done": ENTRY}`` follows. An entry is a map whose
key ``undo`` says what is to be done: ``files``, ``container`` or ``commands``. The file goes with
the job where nothing is left to undo. Whoever finds it after the dispatcher's death performs what
it names, the last first (:mod:`pumice.dispatcher.cleaning`).

The dispatcher that writes the file holds a lock on it, so that nobody cleans up after one that
lives.
"""

from __future__ import annotations

import fcntl
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, ClassVar, cast

import orjson

from pumice.dispatcher.errors import InfrastructureError
from pumice.wire.spool import UNDO


class FolderInUse(OSError):
    """Another dispatcher runs a job in this folder: wait for its end, or use another folder."""


@dataclass(frozen=True, slots=True)
class Files:
    """A file, or a folder with all in it, to remove; also ``parent`` where that is then empty."""

    undo: ClassVar[str] = "files"
    path: str
    parent: str = ""


@dataclass(frozen=True, slots=True)
class Container:
    """A container to remove; ``command`` is docker with its options before the command."""

    undo: ClassVar[str] = "container"
    command: tuple[str, ...]
    name: str


@dataclass(frozen=True, slots=True)
class Commands:
    """The device's commands that put things back, such as those that switch its power off."""

    undo: ClassVar[str] = "commands"
    commands: tuple[str, ...]


Entry = Files | Container | Commands

_KINDS: dict[str, type[Entry]] = {kind.undo: kind for kind in (Files, Container, Commands)}


class Journal:
    """The journal of the job in one output folder; ``left`` is what an earlier one left to do."""

    def __init__(self, folder: Path) -> None:
        """Open and lock it, making the file. Raises FolderInUse, OSError."""
        self._path = folder / UNDO
        self._descriptor = _locked(self._path)
        self._open = dict.fromkeys(_read(self._descriptor))
        self.left = list(self._open)
        _end_line(self._descriptor)

    def note(self, entry: Entry) -> None:
        """Say what is to be undone; the act comes after this. Raises InfrastructureError."""
        try:
            self._write("note", entry)
        except OSError as error:
            raise InfrastructureError(f"cannot write to {self._path}: {error.strerror}") from error
        # Noted again, it is the last thing that was done.
        self._open.pop(entry, None)
        self._open[entry] = None

    def done(self, entry: Entry) -> None:
        """It is undone; where the disk does not take the word, it is undone once more later."""
        if entry not in self._open:
            return
        del self._open[entry]
        try:
            self._write("done", entry)
        except OSError:
            return  # undoing twice does no harm

    def close(self) -> None:
        """Let go of it; the file is removed where nothing is left to undo."""
        if self._descriptor < 0:
            return
        try:
            if not self._open:
                self._path.unlink(missing_ok=True)
        finally:
            os.close(self._descriptor)
            self._descriptor = -1

    def _write(self, what: str, entry: Entry) -> None:
        line = orjson.dumps({what: {"undo": entry.undo, **asdict(entry)}}) + b"\n"
        if os.write(self._descriptor, line) != len(line):
            raise OSError(0, "the disk took only a part of a line")
        os.fdatasync(self._descriptor)


def _locked(path: Path) -> int:
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if _is(descriptor, path):
                return descriptor
        except BlockingIOError as error:
            os.close(descriptor)
            raise FolderInUse(f"another dispatcher runs a job in {path.parent}") from error
        # Its owner has removed it meanwhile: the lock is on a file that nobody else will open.
        os.close(descriptor)


def _is(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


def _end_line(descriptor: int) -> None:
    """A line that was never finished must not spoil the next one."""
    size = os.fstat(descriptor).st_size
    if size and os.pread(descriptor, 1, size - 1) != b"\n":
        os.write(descriptor, b"\n")


def _read(descriptor: int) -> list[Entry]:
    """What is left to undo, in the order of the notes; lines that are broken off do not count."""
    left: dict[Entry, None] = {}
    text = os.pread(descriptor, os.fstat(descriptor).st_size, 0)
    for line in text.splitlines():
        try:
            ((what, fields),) = cast("dict[str, dict[str, Any]]", orjson.loads(line)).items()
            entry = _entry(fields)
        except (ValueError, TypeError, KeyError, AttributeError):
            continue
        left.pop(entry, None)
        if what == "note":
            left[entry] = None
    return list(left)


def _entry(fields: dict[str, Any]) -> Entry:
    kind = _KINDS[fields["undo"]]
    values: dict[str, Any] = {}
    for name in fields.keys() - {"undo"}:
        value = fields[name]
        values[name] = tuple(cast("list[str]", value)) if isinstance(value, list) else value
    return kind(**values)
