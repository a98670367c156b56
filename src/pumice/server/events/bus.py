"""The bus: one reader a process, which hands wake-ups and events to coroutines.

Streams (live logs, pages, the workers' push channel) subscribe here and hold no database
connection while they wait. The outbox is read once a process, however many subscribe.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Generator
from concurrent.futures import Executor
from typing import TypeVar

import psycopg
from django.db import DatabaseError, InterfaceError, connections

from pumice.server.database import wake
from pumice.server.events import queries
from pumice.server.events.queries import Stamped

QUEUE_LENGTH = 1_000
_SWEEP = 20.0
log = logging.getLogger("pumice.bus")
T = TypeVar("T")


class Subscription:
    """What one coroutine hears: wake-ups of its topics, and events that pass its filter."""

    def __init__(self, topics: frozenset[str], wants: Callable[[Stamped], bool] | None) -> None:
        self.topics = topics
        self.wants = wants
        self._events: list[Stamped] = []
        self._woken = asyncio.Event()
        self.overrun = False
        """Whether events were dropped from memory: read the outbox from your cursor."""

    def put(self, event: Stamped) -> None:
        if len(self._events) >= QUEUE_LENGTH:
            self._events.clear()
            self.overrun = True
        self._events.append(event)
        self._woken.set()

    def wake(self) -> None:
        self._woken.set()

    async def wait(self, seconds: float) -> bool:
        """Wait for a wake-up or an event, so long at most; whether one came."""
        try:
            async with asyncio.timeout(seconds):
                await self._woken.wait()
        except TimeoutError:
            return False
        self._woken.clear()
        return True

    def take(self) -> list[Stamped]:
        """The events that arrived since the last call, in order."""
        events, self._events = self._events, []
        return events


class Bus:
    """The process's reader. Start it inside the event loop; subscribe from coroutines."""

    def __init__(self, executor: Executor) -> None:
        """``executor`` runs the database reads: its threads keep a connection each."""
        self._executor = executor
        self._subscriptions: set[Subscription] = set()
        self._task: asyncio.Task[None] | None = None
        self._seq = 0
        self.stopping = False
        """Whether streams shall end: the process is going."""

    async def start(self) -> None:
        """Listen, then read where the outbox ends: nothing after that is missed."""
        listening = asyncio.Event()
        self._task = asyncio.create_task(self._run(listening), name="bus")
        waiting = asyncio.create_task(listening.wait())
        await asyncio.wait({self._task, waiting}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()

    def end_streams(self) -> None:
        """Let every stream end at its next wake-up, which is now."""
        self.stopping = True
        for subscription in self._subscriptions:
            subscription.wake()

    async def stop(self) -> None:
        """End the streams, then the reader."""
        self.end_streams()
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    @contextlib.contextmanager
    def subscribe(
        self, *topics: str, wants: Callable[[Stamped], bool] | None = None
    ) -> Generator[Subscription]:
        """Hear these wake-ups (such as ``log:17``), and events for which ``wants`` is true."""
        subscription = Subscription(frozenset(topics), wants)
        self._subscriptions.add(subscription)
        try:
            yield subscription
        finally:
            self._subscriptions.discard(subscription)

    async def call(self, function: Callable[..., T], *arguments: object) -> T:
        """Run a function that reads the database in a thread that keeps its connection."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._executor, lambda: _fresh(function, *arguments))

    async def _run(self, listening: asyncio.Event) -> None:
        back_off = 0.1
        first = True
        while True:
            try:
                async with _listener() as heard:
                    if first:
                        self._seq = await self.call(queries.last_seq)
                        first = False
                    listening.set()
                    back_off = 0.1
                    await self._read()
                    async for topics in heard:
                        if not topics or "events" in topics:
                            await self._read()
                        self._wake(topics)
            except (DatabaseError, InterfaceError, psycopg.Error, OSError) as error:
                log.warning("the bus lost its database: %s; again in %.1f s", error, back_off)
                await asyncio.sleep(back_off)
                back_off = min(back_off * 2, 5.0)

    async def _read(self) -> None:
        while events := await self.call(queries.after, self._seq):
            for event in events:
                self._seq = event.seq
                for subscription in self._subscriptions:
                    if subscription.wants is not None and subscription.wants(event):
                        subscription.put(event)

    def _wake(self, topics: set[str]) -> None:
        for subscription in self._subscriptions:
            if not topics or subscription.topics & topics:
                subscription.wake()


@contextlib.asynccontextmanager
async def _listener() -> AsyncGenerator[AsyncIterator[set[str]]]:
    loop = asyncio.get_running_loop()
    listener = await loop.run_in_executor(None, wake.listen)
    readable = asyncio.Event()
    loop.add_reader(listener.fileno(), readable.set)

    async def heard() -> AsyncIterator[set[str]]:
        while True:
            try:
                async with asyncio.timeout(_SWEEP):
                    await readable.wait()
            except TimeoutError:
                yield set()
                continue
            readable.clear()
            if topics := listener.drain():
                yield topics

    try:
        yield heard()
    finally:
        loop.remove_reader(listener.fileno())
        listener.close()


def _fresh(function: Callable[..., T], *arguments: object) -> T:
    try:
        return function(*arguments)
    except (DatabaseError, InterfaceError):
        connections.close_all()
        raise
