"""Virtual boards of a lab: what they need is made, and the lab is told of them."""

from __future__ import annotations

import fcntl
import logging
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from pumice.boards import emulator, images, kinds, records, standin, switches
from pumice.boards.board import Board, Kind
from pumice.boards.records import Record
from pumice.supervisor.errors import CannotStart

log = logging.getLogger("pumice.supervisor")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A board to be added: its kind's name or alias; ``name`` None for the next free one."""

    kind: str
    name: str | None = None
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class Added:
    """A board that was added."""

    kind: str
    name: str


def add(directory: Path, worker: str, wanted: Sequence[Wanted]) -> list[Added]:
    """Add virtual boards to a lab's worker; those that were, in order.

    One whose name is taken is not. The server must be loaded. Where what a board boots cannot be
    made, it is added all the same and the log says why: other files boot on it as well. Raises
    CannotStart for a fault that a kind cannot have, before anything was added.
    """
    for board in wanted:
        kind = kinds.find(board.kind)
        if board.fault is not None and board.fault not in kind.faults:
            raise CannotStart(f"a board of kind {board.kind} cannot be made {board.fault}")
    folder = images.default_folder()
    for name in dict.fromkeys(board.kind for board in wanted):
        try:
            kinds.find(name).make(folder)
        except OSError as error:
            log.warning("board-images-not-made: %s: %s", name, error)
    with _in_turn(directory):
        added = [new for board in wanted if (new := _add(directory, worker, board, folder))]
    if added:
        _tell(directory)
    return added


@contextmanager
def _in_turn(directory: Path) -> Generator[None]:
    """One at a time: a name or port that is free now is so until it is taken."""
    path = directory / "run" / "virtual.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        yield


def _add(directory: Path, worker: str, wanted: Wanted, folder: Path) -> Added | None:
    from pumice.server.site import bootstrap

    name, kind = wanted.name or _free_name(wanted.kind), kinds.find(wanted.kind)
    if bootstrap.has_board(name):
        return None
    ports = records.free_ports(kind.ports, records.ports_taken(directory))
    record = Record(kind=kind.name, images=folder, ports=ports, fault=wanted.fault)
    board = record.board(name, directory)
    _prepare(kind, board, record, worker)
    new = bootstrap.VirtualBoard(name, kind.device_type, kind.dictionary(board))
    if bootstrap.add_board(new, worker):
        return Added(wanted.kind, name)
    records.remove(directory, name)
    return None


def _prepare(kind: Kind, board: Board, record: Record, worker: str) -> None:
    """Make what a board has besides its device."""
    if kind.machine(board) is not None:
        records.write(board.lab, board.name, record)
    elif board.fault is not None:
        standin.install(board.folder, board.fault)
    if kind.loads:
        _set_up_loading(board, worker)


def _set_up_loading(board: Board, worker: str) -> None:
    """Have the worker put files for boards where QEMU serves them from."""
    from pumice.server.site import bootstrap

    board.tftp.mkdir(parents=True, exist_ok=True)
    needed = {"dispatcher_ip": emulator.GATEWAY, "tftp_directory": str(board.tftp)}
    for key in bootstrap.set_worker(worker, needed):
        log.warning(
            "worker-not-set-up: dispatcher.yaml of %s is yours: for %s it must say %s: %s",
            worker,
            board.name,
            key,
            needed[key],
        )


def _free_name(kind: str) -> str:
    from pumice.server.site import bootstrap

    return next(name for index in count(1) if not bootstrap.has_board(name := f"{kind}-{index:02}"))


def _tell(directory: Path) -> None:
    """Wake the process that runs the lab's boards, where it runs."""
    try:
        switches.ask(directory, "reload")
    except OSError:
        log.debug("the lab's boards do not run: they are read when it starts")
