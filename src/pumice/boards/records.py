"""The virtual boards of a lab that have a machine: ``boards/NAME.yaml`` in its folder.

Format: a map of ``kind``, ``images`` (a folder), ``ports`` (a list) and ``fault`` (where there is
one). Fails with InvalidDocument for a file that is none, and OSError.
"""

from __future__ import annotations

import secrets
import socket
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from pumice.boards.board import FAULTS, Board
from pumice.formats import yaml
from pumice.formats.errors import InvalidDocument, Problem

PORTS = range(20000, 32000)
"""Below those that systems give to outgoing connections."""


class Record(BaseModel):
    """A board and its kind, as the file has them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: str
    images: Path
    ports: tuple[int, ...] = ()
    fault: str | None = None

    def board(self, name: str, lab: Path) -> Board:
        """The board of the file of this name."""
        return Board(name=name, lab=lab, images=self.images, ports=self.ports, fault=self.fault)


def names(lab: Path) -> list[str]:
    """The boards that have a file."""
    return sorted(path.stem for path in (lab / "boards").glob("*.yaml"))


def read(lab: Path, name: str) -> Record:
    """A board's file. Raises InvalidDocument, and OSError."""
    data: Any = yaml.load(_path(lab, name).read_text("utf-8", "replace")).data
    try:
        record = Record.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise InvalidDocument([Problem(f"{place}: {first['msg']}")]) from error
    if record.fault is not None and record.fault not in FAULTS:
        raise InvalidDocument([Problem(f"fault: there is no {record.fault!r}")])
    return record


def write(lab: Path, name: str, record: Record) -> None:
    """Write a board's file, whole or not at all. Raises OSError."""
    path = _path(lab, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{name}.new")
    draft.write_text(yaml.dump(record.model_dump(mode="json", exclude_none=True)))
    draft.replace(path)


def remove(lab: Path, name: str) -> None:
    """Remove a board's file, where there is one."""
    _path(lab, name).unlink(missing_ok=True)


def free_ports(count: int, taken: Iterable[int]) -> tuple[int, ...]:
    """Ports of 127.0.0.1 that nobody uses now, and that are none of `taken`.

    They are drawn: other labs of this host have theirs, which may not run now.
    """
    used, found = set(taken), list[int]()
    while len(found) < count:
        port = secrets.choice(PORTS)
        if port not in used and _is_free(port):
            used.add(port)
            found.append(port)
    return tuple(found)


def ports_taken(lab: Path) -> set[int]:
    """The ports of all boards of a lab."""
    found: set[int] = set()
    for name in names(lab):
        try:
            found.update(read(lab, name).ports)
        except InvalidDocument:
            continue  # its board does not run, which the log of the boards says
    return found


def _is_free(port: int) -> bool:
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True


def _path(lab: Path, name: str) -> Path:
    return lab / "boards" / f"{name}.yaml"
