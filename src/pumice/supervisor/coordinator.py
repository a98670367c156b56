"""The coordinator of a lab: its port, its journal, its process."""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

from pumice.supervisor.errors import AddressInUse, CannotStart
from pumice.supervisor.listen import Address, of
from pumice.wire.coordinator import PORT

log = logging.getLogger("pumice.supervisor")

JOURNAL = "coordinator.sqlite3"
_LAST_PORT = Path("run", "coordinator-port")


def run(directory: Path, address: Address | None, ready: Callable[[Address], object]) -> int:
    """Run a coordinator until SIGTERM or SIGINT; its exit status.

    ``address`` is None where the user names none. ``ready`` is told where it answers. Raises
    CannotStart.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotStart(f"the folder cannot be used: {error}") from error
    with address.listen() if address else listen(directory, "127.0.0.1") as listening:
        return serve(directory, listening, ready)


def serve(
    directory: Path, listening: socket.socket, ready: Callable[[Address], object] | None = None
) -> int:
    """Answer on a listening socket until SIGTERM or SIGINT; the exit status.

    ``ready`` is told where, once all is well.
    """
    from pumice.coordinator.main import CoordinatorConfig, main

    config = CoordinatorConfig(journal=directory / JOURNAL, listening=listening)
    return main(config, partial(ready, of(listening)) if ready else None)


def listen(directory: Path, host: str) -> socket.socket:
    """A listening socket on a host, on the first of these ports that can be had: the one of the
    lab's last start, since jobs may run that know it; the usual one; any. Raises CannotStart.
    """
    note = directory / _LAST_PORT
    listening = _first(host, _read(note), PORT)
    if of(listening).port != PORT:
        log.warning("coordinator-elsewhere: port %d was taken, it is at %s", PORT, of(listening))
    try:
        note.parent.mkdir(parents=True, exist_ok=True)
        note.write_text(f"{of(listening).port}\n")
    except OSError as error:
        listening.close()
        raise CannotStart(f"the folder cannot be used: {error}") from error
    return listening


def _first(host: str, *ports: int) -> socket.socket:
    for port in ports:
        with suppress(AddressInUse):
            return Address(host, port).listen()
    return Address(host, 0).listen()


def _read(note: Path) -> int:
    try:
        port = int(note.read_text())
    except (OSError, ValueError):
        return PORT
    return port if 0 < port <= 0xFFFF else PORT
