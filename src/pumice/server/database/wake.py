"""Wake-ups: tell waiting processes, after the commit, that there is something to read.

A wake-up carries topics (``queue``, ``outbox``, ``events``, ``log:17``) and nothing else: who is
woken reads the database. Wake-ups may be lost only with the process that should have been woken,
so a listener subscribes before its first read. On PostgreSQL they are notifications, sent on a
connection of their own, at most one a process in 10 ms; on SQLite, datagrams to every socket in
``DIR/run/wake``.
"""

from __future__ import annotations

import contextlib
import logging
import os
import secrets
import select
import socket
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Protocol

import psycopg
from django.conf import settings
from django.db import connection, connections, transaction

from pumice.server.database import is_postgresql

_CHANNEL = "pumice_wake"
_MAX_PAYLOAD = 7_000
_INTERVAL = 0.01
log = logging.getLogger("pumice.wake")


def wake(*topics: str) -> None:
    """Wake the listeners of these topics once the current transaction is committed."""
    transaction.on_commit(lambda: _sender().send(topics))


class Listener(Protocol):
    """Receives every wake-up from the moment it is made until it is closed."""

    def fileno(self) -> int:
        """A descriptor that becomes readable when there may be a wake-up."""
        ...

    def drain(self) -> set[str]:
        """The topics that arrived, without waiting. Raises OSError or psycopg.Error when lost."""
        ...

    def close(self) -> None: ...


def listen() -> Listener:
    """Make a listener; subscribe with it before the first read."""
    return _NotificationListener() if is_postgresql() else _DatagramListener()


def wait(listener: Listener, seconds: float, stop: int) -> set[str]:
    """The topics that arrive within so many seconds, or when ``stop`` becomes readable."""
    readable, _, _ = select.select([listener.fileno(), stop], [], [], seconds)
    return listener.drain() if listener.fileno() in readable else set()


def close() -> None:
    """Let go of the sender's socket or connection, after sending what waits."""
    with _senders_lock:
        senders = list(_senders.values())
        _senders.clear()
    for sender in senders:
        sender.close()


class _Sender(Protocol):
    def send(self, topics: Iterable[str]) -> None: ...

    def close(self) -> None: ...


_senders: dict[tuple[int, str], _Sender] = {}
_senders_lock = threading.Lock()


def _sender() -> _Sender:
    key = (os.getpid(), connection.vendor)
    with _senders_lock:
        if key not in _senders:
            _senders.clear()  # those of the parent process are not ours
            _senders[key] = _NotificationSender() if is_postgresql() else _DatagramSender()
        return _senders[key]


def _folder() -> Path:
    folder = Path(settings.RUN_DIR) / "wake"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


class _DatagramSender:
    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._folder = os.open(_folder(), os.O_RDONLY | os.O_DIRECTORY)

    def send(self, topics: Iterable[str]) -> None:
        message = " ".join(topics).encode()
        for name in os.listdir(self._folder):  # noqa: PTH208 - a descriptor, not a path
            # A path below /proc/self/fd stays short whatever the folder's name.
            path = f"/proc/self/fd/{self._folder}/{name}"
            try:
                self._socket.sendto(message, path)
            except (ConnectionRefusedError, FileNotFoundError):
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(name, dir_fd=self._folder)
            except BlockingIOError:
                log.debug("a listener's queue is full: it is awake", extra={"socket": name})

    def close(self) -> None:
        self._socket.close()
        os.close(self._folder)


class _DatagramListener:
    def __init__(self) -> None:
        self._folder = os.open(_folder(), os.O_RDONLY | os.O_DIRECTORY)
        self._name = f"{os.getpid()}-{secrets.token_hex(6)}"
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._socket.bind(f"/proc/self/fd/{self._folder}/{self._name}")

    def fileno(self) -> int:
        return self._socket.fileno()

    def drain(self) -> set[str]:
        topics: set[str] = set()
        while True:
            try:
                message = self._socket.recv(65_536)
            except BlockingIOError:
                return topics
            topics.update(message.decode().split())

    def close(self) -> None:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self._name, dir_fd=self._folder)
        self._socket.close()
        os.close(self._folder)


def connect() -> psycopg.Connection[Any]:
    """A connection of its own to the site's PostgreSQL, in autocommit."""
    parameters: dict[str, Any] = connections["default"].get_connection_params() or {}
    keep = {
        key: value
        for key, value in parameters.items()
        if key not in ("cursor_factory", "context", "prepare_threshold")
    }
    return psycopg.connect(**keep, autocommit=True)


class _NotificationSender:
    """A thread that sends what has come together, since NOTIFY serialises commits."""

    def __init__(self) -> None:
        self._topics: set[str] = set()
        self._ready = threading.Condition()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="wake", daemon=True)
        self._thread.start()

    def send(self, topics: Iterable[str]) -> None:
        with self._ready:
            self._topics.update(topics)
            self._ready.notify()

    def close(self) -> None:
        self._closing.set()
        self.send(())
        self._thread.join(5)

    def _run(self) -> None:
        lasting: psycopg.Connection[Any] | None = None
        while True:
            with self._ready:
                while not self._topics and not self._closing.is_set():
                    self._ready.wait()
                topics, self._topics = self._topics, set()
            if not topics:
                break
            try:
                lasting = lasting or connect()
                for payload in _payloads(topics):
                    lasting.execute("SELECT pg_notify(%s, %s)", (_CHANNEL, payload))
            except psycopg.Error as error:
                log.warning("a wake-up could not be sent: %s", error)
                if lasting is not None:
                    lasting.close()
                lasting = None
                if self._closing.is_set():
                    break
                self.send(topics)
                self._closing.wait(0.5)
            self._closing.wait(_INTERVAL)
        if lasting is not None:
            lasting.close()


def _payloads(topics: set[str]) -> Iterable[str]:
    payload = ""
    for topic in sorted(topics):
        if payload and len(payload) + len(topic) >= _MAX_PAYLOAD:
            yield payload
            payload = ""
        payload = f"{payload} {topic}" if payload else topic
    yield payload


class _NotificationListener:
    def __init__(self) -> None:
        self._connection = connect()
        self._connection.execute(f"LISTEN {_CHANNEL}")

    def fileno(self) -> int:
        return self._connection.pgconn.socket

    def drain(self) -> set[str]:
        topics: set[str] = set()
        for notification in self._connection.notifies(timeout=0):
            topics.update(notification.payload.split())
        return topics

    def close(self) -> None:
        self._connection.close()
