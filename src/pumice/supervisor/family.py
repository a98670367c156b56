"""A parent and its children: start, start again, stop."""

from __future__ import annotations

import logging
import os
import signal
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from pumice.supervisor import process

log = logging.getLogger("pumice.supervisor")

FIRST_BACK_OFF = 0.1
MOST_BACK_OFF = 10.0
SETTLED_SECONDS = 10.0
PATIENCE_SECONDS = 8.0
"""How long children may take to end after SIGTERM, before they are killed."""

_STOP = {signal.SIGTERM, signal.SIGINT, signal.SIGHUP}
_SIGNALS = _STOP | {signal.SIGCHLD}


@dataclass(slots=True)
class Child:
    """A process that shall run: its role (``ps`` shows 8 letters of it) and what it does."""

    role: str
    run: Callable[[], object]
    pid: int = 0
    started: float = 0.0
    start_at: float = 0.0
    back_off: float = field(default=FIRST_BACK_OFF)


class Family:
    """Keeps children running until a signal says stop. One a process, in its only thread."""

    def __init__(self, children: Iterable[Child]) -> None:
        self._children = list(children)

    def run(self) -> None:
        """Start all children and keep them running until SIGTERM, SIGINT or SIGHUP.

        When it returns, no child is left.
        """
        before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
        try:
            while not self._stop_wanted():
                self._reap()
        finally:
            self._stop()
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def _stop_wanted(self) -> bool:
        """Start what is due, then sleep until a signal or the next start; whether to stop."""
        for child in self._children:
            if not child.pid and child.start_at <= time.monotonic():
                child.started = time.monotonic()
                child.pid = process.fork(child.role, child.run)
        waiting = [child.start_at for child in self._children if not child.pid]
        if waiting:
            left = max(0.0, min(waiting) - time.monotonic())
            told = signal.sigtimedwait(_SIGNALS, left)
        else:
            told = signal.sigwaitinfo(_SIGNALS)
        return told is not None and told.si_signo in _STOP

    def _reap(self) -> None:
        for child in self._children:
            if not child.pid:
                continue
            pid, status = os.waitpid(child.pid, os.WNOHANG)
            if pid:
                self._ended(child, status)

    def _ended(self, child: Child, status: int) -> None:
        if time.monotonic() - child.started >= SETTLED_SECONDS:
            child.back_off = FIRST_BACK_OFF
        log.warning(
            "child-ended: %s (process %d) %s; starting it again in %.1f s",
            child.role,
            child.pid,
            _cause(status),
            child.back_off,
        )
        child.pid = 0
        child.start_at = time.monotonic() + child.back_off
        child.back_off = min(child.back_off * 2, MOST_BACK_OFF)

    def _stop(self) -> None:
        end = time.monotonic() + PATIENCE_SECONDS
        self._tell(signal.SIGTERM)
        while self._left() and (left := end - time.monotonic()) > 0:
            signal.sigtimedwait({signal.SIGCHLD}, left)
        if self._left():
            self._tell(signal.SIGKILL)
            for child in self._children:
                if child.pid:
                    os.waitpid(child.pid, 0)
                    child.pid = 0

    def _tell(self, number: signal.Signals) -> None:
        for child in self._children:
            if child.pid:
                os.kill(child.pid, number)

    def _left(self) -> bool:
        for child in self._children:
            if child.pid and os.waitpid(child.pid, os.WNOHANG)[0]:
                child.pid = 0
        return any(child.pid for child in self._children)


def _cause(status: int) -> str:
    code = os.waitstatus_to_exitcode(status)
    return f"ended with status {code}" if code >= 0 else f"was killed by signal {-code}"
