"""Jobs and log lines for pages, and a client of the streams."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier
from types import TracebackType
from typing import Any

import orjson
import pytest
from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth.models import User
from django.db import connections
from django.test import Client

from pumice.server.events.bus import Bus
from pumice.server.ingest.append import append
from pumice.server.jobs.models import Job
from pumice.server.lifecycle.finish import finish
from pumice.server.lifecycle.reserve import reserve
from pumice.server.lifecycle.start import start
from pumice.server.web.streams import ROUTES
from pumice.wire import loglines
from pumice.wire.loglines import LogLine

SECONDS = 10


@dataclass(frozen=True)
class Event:
    """An event as a browser hears it."""

    name: str
    data: dict[str, Any]
    identity: int | None


class Listener:
    """A client of a stream, below HTTP: it takes what is sent, or holds it back.

    It is connected while its block is entered.
    """

    def __init__(
        self,
        bus: Bus,
        path: str,
        query: str = "",
        headers: dict[str, str] | None = None,
        cookie: str | None = None,
    ) -> None:
        named = {**(headers or {}), **({"cookie": cookie} if cookie else {})}
        self._scope = {
            "type": "http",
            "method": "GET",
            "path": path,
            "query_string": query.encode(),
            "headers": [(key.encode(), value.encode()) for key, value in named.items()],
        }
        self._bus = bus
        self._sent: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._reading = asyncio.Event()
        self._reading.set()
        self._gone = asyncio.Event()
        self._events: list[Event] = []
        self._status: int | None = None
        self.is_over = False
        """Whether the server has ended the stream."""

    async def __aenter__(self) -> Listener:
        path = str(self._scope["path"])
        matches = ((pattern.match(path), stream) for pattern, stream in ROUTES)
        match, stream = next((match, stream) for match, stream in matches if match)
        self._task = asyncio.create_task(
            stream(self._scope, self._receive, self._send, self._bus, match)
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.let_go()
        self._gone.set()
        async with asyncio.timeout(SECONDS):
            await self._task

    async def _receive(self) -> dict[str, Any]:
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Any) -> None:
        self._sent.put_nowait(message)
        await self._reading.wait()

    def hold(self) -> None:
        """Stop reading: whatever is sent from now on waits."""
        self._reading.clear()

    def let_go(self) -> None:
        """Read on."""
        self._reading.set()

    @property
    def waiting(self) -> int:
        """How many messages were sent and not read."""
        return self._sent.qsize()

    async def status(self) -> int:
        """The answer's status."""
        while self._status is None:
            await self._take()
        return self._status

    async def next(self) -> Event:
        """The next event."""
        while not self._events:
            assert not self.is_over, "the stream has ended"
            await self._take()
        return self._events.pop(0)

    async def rest(self) -> list[Event]:
        """All events until the server ends the stream."""
        while not self.is_over:
            await self._take()
        rest, self._events = self._events, []
        return rest

    async def _take(self) -> None:
        async with asyncio.timeout(SECONDS):
            message = await self._sent.get()
        if message["type"] == "http.response.start":
            self._status = message["status"]
            return
        self.is_over = not message.get("more_body", False)
        for block in message["body"].decode().split("\n\n"):
            if name := re.search(r"^event: (.+)$", block, re.MULTILINE):
                data = re.search(r"^data: (.+)$", block, re.MULTILINE)
                identity = re.search(r"^id: (\d+)$", block, re.MULTILINE)
                assert data
                place = int(identity[1]) if identity else None
                self._events.append(Event(name[1], orjson.loads(data[1]), place))


@pytest.fixture
def cookie_of() -> Callable[[User], str]:
    """The cookie of a new session of a user's."""

    def act(user: User) -> str:
        client = Client()
        client.force_login(user)
        name = settings.SESSION_COOKIE_NAME
        return f"{name}={client.cookies[name].value}"

    return act


@pytest.fixture
def say() -> Callable[..., None]:
    """Append lines (level and message) to a job's log as its worker would."""

    def act(job: Job, lines: list[tuple[str, object]], first: int = 0) -> None:
        stored = [
            loglines.encode(LogLine(f"2026-11-24T02:05:{n % 60:02}.250000+00:00", lvl, msg))
            for n, (lvl, msg) in enumerate(lines, first)
        ]
        append(job.pk, first, [f"- {text}\n".encode() for text in stored])

    return act


@pytest.fixture
def personal(alice: User, submit: Callable[..., Job], smoke: str) -> Job:
    """A job of alice's that only she may see."""
    return submit(alice, smoke.replace("visibility: public", "visibility: personal"))


@pytest.fixture
def finished(alice: User, submit: Callable[..., Job], say: Callable[..., None]) -> Job:
    """A job of alice's that ran on qemu-01 and failed, with a log and results."""
    job = submit(alice)
    reserve([(job.pk, "qemu-01")])
    start(job.pk)
    say(
        job,
        [
            ("info", "start: 1 deploy"),
            ("target", "Linux version 6.1"),
            ("results", {"definition": "0_smoke", "case": "true", "result": "pass", "starttc": 1}),
            ("results", {"definition": "0_smoke", "case": "speed", "result": "fail",
                         "measurement": "12.50", "units": "MB/s", "set": "disk"}),
            ("results", {"definition": "lava", "case": "job", "result": "fail",
                         "error_type": "Job", "error_msg": "nobody logged in"}),
        ],
    )  # fmt: skip
    finish(job.pk, passed=False, error_type="Job")
    job.refresh_from_db()
    return job


@pytest.fixture
async def listener(transactional_db: None) -> AsyncIterator[Callable[..., Listener]]:
    """Makes clients of the streams, in a process that has its bus."""
    with ThreadPoolExecutor(2) as reads:
        bus = Bus(reads)
        await bus.start()
        yield lambda *args, **kwargs: Listener(bus, *args, **kwargs)
        await bus.stop()
        both = Barrier(2)
        for _ in range(2):
            reads.submit(_disconnect, both)
    await sync_to_async(connections.close_all)()


def _disconnect(everyone: Barrier) -> None:
    """Close this thread's connections, when each thread is about to."""
    everyone.wait()
    connections.close_all()
