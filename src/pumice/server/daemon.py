"""What every loop of the server shares: leadership, waking, back-off, shutdown.

A loop is a step that does one unit of work and says whether there is more. Tests call the step;
:func:`serve` calls it whenever one of its topics wakes it, and at least every ``sweep`` seconds.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import psycopg
from django.db import DatabaseError, InterfaceError, connections

from pumice.server.database import wake
from pumice.server.database.leadership import Leadership

_STANDBY_SECONDS = 1.0
_MAX_BACK_OFF = 10.0
log = logging.getLogger("pumice.daemon")


@dataclass(frozen=True, slots=True)
class Daemon:
    """A loop of the server.

    ``step`` does one unit and returns whether there is more. ``topics`` are the wake-ups that
    concern it; ``sweep`` (seconds) is the safety net. Of all processes with a daemon of this
    ``kind`` one is active.
    """

    kind: str
    topics: frozenset[str]
    step: Callable[[], bool]
    sweep: float = 20.0


class Stop:
    """Says to every loop of this process that it shall end."""

    def __init__(self) -> None:
        self._reader, self._writer = os.pipe()
        self._event = threading.Event()

    def fileno(self) -> int:
        """A descriptor that is readable once :meth:`set` was called."""
        return self._reader

    def set(self) -> None:
        if not self._event.is_set():
            self._event.set()
            os.write(self._writer, b"!")

    def is_set(self) -> bool:
        return self._event.is_set()

    def wait(self, seconds: float) -> bool:
        """Wait so long at most; whether the end was asked for."""
        return self._event.wait(seconds)


def serve(daemons: Iterable[Daemon]) -> None:
    """Run the daemons, a thread each, until SIGTERM or SIGINT.

    A daemon that fails for another reason than the database takes the process with it, so that
    its supervisor starts it anew: raises SystemExit with status 1.
    """
    stop = Stop()
    failed: list[str] = []

    def guarded(daemon: Daemon) -> None:
        try:
            run(daemon, stop)
        except Exception:
            log.exception("%s: failed; the process ends", daemon.kind)
            failed.append(daemon.kind)
            stop.set()

    def end(*_: object) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    threads = [
        threading.Thread(target=guarded, args=(daemon,), name=daemon.kind) for daemon in daemons
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise SystemExit(1)


def run(daemon: Daemon, stop: Stop) -> None:
    """Run one daemon until the stop is set: as standby until it leads, then step by step."""
    leadership = Leadership(daemon.kind)
    back_off = 0.1
    while not stop.is_set():
        try:
            _lead(daemon, stop, leadership)
            back_off = 0.1
        except (DatabaseError, InterfaceError, psycopg.Error, OSError) as error:
            log.warning("%s: %s; trying again in %.1f s", daemon.kind, error, back_off)
            connections.close_all()
            stop.wait(back_off)
            back_off = min(back_off * 2, _MAX_BACK_OFF)
    leadership.release()
    connections.close_all()


def _lead(daemon: Daemon, stop: Stop, leadership: Leadership) -> None:
    listener = wake.listen()
    try:
        while not stop.is_set():
            if not leadership.acquire():
                stop.wait(_STANDBY_SECONDS)
                listener.drain()
                continue
            while daemon.step() and not stop.is_set():
                continue
            while not stop.is_set():
                topics = wake.wait(listener, daemon.sweep, stop.fileno())
                if not topics or topics & daemon.topics:
                    break
    finally:
        listener.close()
