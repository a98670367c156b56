"""What the job says: log lines and results, appended in order to the job's spool.

Every record is in the spool, with secrets masked, before anybody is told of it. The message of
a result that carries ``extra`` is plain data.
"""

from __future__ import annotations

import asyncio
import re
import socket
import threading
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol, cast

from pumice.wire import loglines
from pumice.wire.loglines import LogLine
from pumice.wire.results import JOB_CASE, LAVA_SUITE

MASKED = "[MASKED]"
_FIXED = frozenset({"result", "error_type", "level", "duration"})
_FIXED_VALUES = (LAVA_SUITE, JOB_CASE)
"""What results say by fixed words: a secret that is one of them does not make them unreadable."""

_BELL_PAUSE = 0.01


class Bell:
    """Tells another process that the spool grew: an empty datagram, at most every 10 ms."""

    def __init__(self, address: str) -> None:
        """``address`` is the path of a unix datagram socket; whether it is there is all one.

        Made in the event loop that rings later.
        """
        self._loop = asyncio.get_running_loop()
        self._thread = threading.get_ident()
        self._address = address
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        self._last = float("-inf")
        self._later: asyncio.TimerHandle | None = None

    def ring(self) -> None:
        """Ring now, or once the pause since the last time is over; any thread may call it."""
        if threading.get_ident() != self._thread:
            self._loop.call_soon_threadsafe(self.ring)
            return
        if self._later is not None:
            return
        wait = self._last + _BELL_PAUSE - self._loop.time()
        if wait <= 0:
            self._ring()
        else:
            self._later = self._loop.call_later(wait, self._ring)

    def _ring(self) -> None:
        self._later = None
        self._last = self._loop.time()
        try:
            self._socket.sendto(b"", self._address)
        except OSError:
            # Nobody listens, or somebody who has unread calls already: both read the spool later.
            return

    def close(self) -> None:
        """Ring for the last time if a ring is due, and give the socket back."""
        if self._later is not None:
            self._later.cancel()
            self._ring()
        self._socket.close()


class Records(Protocol):
    """Where records go: a :class:`pumice.wire.spool.Spool`, for one."""

    position: int

    def append(self, records: list[str]) -> None:
        """Add encoded records. Raises OSError."""
        ...

    def sync(self) -> None:
        """Return when everything appended is on the disk."""
        ...


class Report:
    """Appends records to a spool; ``position`` is the number of records that it holds.

    Any thread may report; records of one stand in the order in which it gave them.

    ``grown`` is called with each batch of encoded records, after they are in the spool.
    ``failing`` is called once, where the disk does not take records: they are lost, and as soon as
    it takes some again, the first of them says how many. Of the board no more is logged then.
    """

    def __init__(
        self,
        spool: Records,
        *,
        grown: Callable[[list[str]], None] | None = None,
        failing: Callable[[OSError], None] | None = None,
    ) -> None:
        self._spool = spool
        self._grown = grown
        self.failing = failing
        self._lock = threading.RLock()
        self._lost = 0
        self._error: OSError | None = None
        self._full = False
        self._secrets: re.Pattern[str] | None = None

    def hide(self, secrets: Iterable[str]) -> None:
        """Mask these texts in every record from now on."""
        self._secrets = _pattern(secrets)

    @property
    def position(self) -> int:
        return self._spool.position

    def debug(self, message: object) -> None:
        self._one("debug", message)

    def info(self, message: object) -> None:
        self._one("info", message)

    def warning(self, message: object) -> None:
        self._one("warning", message)

    def error(self, message: object) -> None:
        self._one("error", message)

    def exception(self, message: object) -> None:
        self._one("exception", message)

    def input(self, text: str) -> None:
        """What is typed into a board's console."""
        self._one("input", text)

    def event(self, message: str) -> None:
        """What a board tells the world: it becomes an event for subscribers."""
        self._one("event", message)

    def results(self, message: Mapping[str, Any]) -> None:
        """A result record: a map with at least ``definition``, ``case`` and ``result``."""
        record = {
            key: value if key in _FIXED or value in _FIXED_VALUES else self._masked(value)
            for key, value in message.items()
        }
        self._append([loglines.encode(LogLine(loglines.now(), "results", record))])

    def board(self, lines: list[str], namespace: str | None = None) -> int:
        """Lines of a board's console, stamped now; the position of the first is returned.

        With a namespace they are ``feedback``: what another board says meanwhile.
        """
        if self._full:
            # What room there is is for the job's last words.
            self._lost += len(lines)
            return self._spool.position
        time = loglines.now()
        level = "target" if namespace is None else "feedback"
        if self._secrets is not None:
            lines = [self._masked(line) for line in lines]
        records = [loglines.encode(LogLine(time, level, line, namespace)) for line in lines]
        return self._append(records)

    def end(self, result: Mapping[str, Any]) -> None:
        """The job's own result, which is the last record; then wait until all is on the disk.

        Raises OSError where the disk does not take it.
        """
        self.results({"definition": LAVA_SUITE, "case": JOB_CASE, **result})
        if self._error is not None:
            raise self._error
        self._spool.sync()

    def masked(self, value: Any) -> Any:
        """A text, or data with texts, without the job's secrets, for what is written elsewhere."""
        return self._masked(value)

    def _one(self, level: str, message: object) -> None:
        if self._secrets is not None:
            message = self._masked(message)
        self._append([loglines.encode(LogLine(loglines.now(), level, message))])

    def _append(self, records: list[str]) -> int:
        """Append them; the position of the first, or where it would be."""
        with self._lock:
            return self._append_now(records)

    def _append_now(self, records: list[str]) -> int:
        count = len(records)
        if self._lost:
            text = f"{self._lost} records before this one are lost: the disk did not take them"
            records = [loglines.encode(LogLine(loglines.now(), "error", text)), *records]
        try:
            self._spool.append(records)
        except OSError as error:
            self._lost += count
            self._error, self._full = error, True
            failing, self.failing = self.failing, None
            if failing is not None:
                failing(error)
            return self._spool.position
        self._lost, self._error = 0, None
        if self._grown is not None:
            self._grown(records)
        return self._spool.position - count

    def _masked(self, value: Any) -> Any:
        if self._secrets is None:
            return value
        if isinstance(value, str):
            return self._secrets.sub(MASKED, value)
        if isinstance(value, Mapping):
            entries = cast("Mapping[Any, Any]", value)
            return {key: self._masked(entry) for key, entry in entries.items()}
        if isinstance(value, list | tuple):
            return [self._masked(entry) for entry in cast("Iterable[Any]", value)]
        return value


def _pattern(secrets: Iterable[str]) -> re.Pattern[str] | None:
    """Matches every secret, and every longer line of one that has several; the longest first."""
    words: set[str] = set()
    for secret in secrets:
        words.add(secret)
        words.update(line for line in secret.splitlines() if len(line) > 3)
    found = sorted((word for word in words if word.strip()), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, found))) if found else None
