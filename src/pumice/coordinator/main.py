"""The coordinator's entry: for the command line and for a supervisor that has forked."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pumice.coordinator.desk import Desk
from pumice.coordinator.door import Door
from pumice.coordinator.errors import JournalUnusable
from pumice.coordinator.journal import Journal

log = logging.getLogger(__name__)

RETENTION_SECONDS = 7 * 86400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CoordinatorConfig:
    """What a coordinator is told at its start: its journal's file, the socket on which it
    answers, and the seconds after which a group without requests is forgotten."""

    journal: Path
    listening: socket.socket
    retention: float = RETENTION_SECONDS


def main(config: CoordinatorConfig, ready: Callable[[], object] | None = None) -> int:
    """Run a coordinator until SIGTERM or SIGINT; its groups wait in the journal for the next.

    ``ready`` is called when its groups are known and requests will be answered. Returns the
    exit status: 0 when stopped, 2 when its journal cannot be used. To be called in the main
    thread of a process that has no event loop.
    """
    status = 0
    try:
        asyncio.run(_serve(config, ready))
    except* JournalUnusable as errors:
        log.error("coordinator-not-running: %s", errors.exceptions[0])
        status = 2
    return status


async def _serve(config: CoordinatorConfig, ready: Callable[[], object] | None) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    journal = Journal(config.journal)
    try:
        desk = Desk(journal, config.retention)
        if ready is not None:
            ready()
        async with asyncio.TaskGroup() as tasks:
            running = [
                tasks.create_task(desk.run()),
                tasks.create_task(Door(desk).run(config.listening)),
            ]
            await stop.wait()
            for task in running:
                task.cancel()
    finally:
        journal.close()
