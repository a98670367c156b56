"""The one entry of every web process: streams as native coroutines, all else in threads."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.conf import settings
from django.db import connections

from pumice.server.accounts import gate
from pumice.server.api.streams import Receive, Scope, Send, Stream, respond
from pumice.server.api.workers import push
from pumice.server.events.bus import Bus
from pumice.server.site.bridge import Bridge
from pumice.server.site.handlers import Handlers
from pumice.server.web import streams
from pumice.server.web.live.reading import is_signed_in

_READERS = 2
"""Threads in which streams read the database."""


class Application:
    """The ASGI application. Its threads and its bus begin with the lifespan."""

    def __init__(self) -> None:
        self._handlers = Handlers()
        self._routes: list[tuple[re.Pattern[str], Stream]] = [*push.ROUTES, *streams.ROUTES]
        self._bus: Bus | None = None
        self._bridge: Bridge | None = None

    @property
    def bus(self) -> Bus:
        """The process's bus. Raises RuntimeError before the lifespan began."""
        if self._bus is None:
            raise RuntimeError("the application's lifespan has not begun")
        return self._bus

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1000})
            return
        if self._bridge is None:
            await respond(send, 503, b"text/plain", b"starting")
            return
        path: str = scope["path"]
        if scope["method"] == "GET":
            for pattern, stream in self._routes:
                if match := pattern.match(path):
                    if gate.is_closed(path) and not await self.bus.call(is_signed_in, scope):
                        await respond(send, 403, b"text/plain", b"Sign in first")
                        return
                    await stream(scope, receive, send, self.bus, match)
                    return
        await self._bridge(scope, receive, send)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        await receive()
        with (
            ThreadPoolExecutor(settings.WEB_THREADS, "request") as requests,
            ThreadPoolExecutor(_READERS, "stream") as reads,
        ):
            self._bus = Bus(reads)
            await self._bus.start()
            self._bridge = Bridge(self._handlers, requests)
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await self._bus.stop()
            self._bridge = None
            _disconnect(requests, settings.WEB_THREADS)
            _disconnect(reads, _READERS)
        await send({"type": "lifespan.shutdown.complete"})


def _disconnect(pool: ThreadPoolExecutor, threads: int) -> None:
    """Let every thread of the pool close its database connection, once it is idle."""
    everyone = Barrier(threads)

    def close() -> None:
        everyone.wait()
        connections.close_all()

    for _ in range(threads):
        pool.submit(close)


application = Application()
