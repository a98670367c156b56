"""What native streams share: their type, and the few moves of ASGI that they make."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import AsyncGenerator, Awaitable, Callable, MutableMapping
from typing import Any

from pumice.server.events.bus import Bus, Subscription

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Stream = Callable[[Scope, Receive, Send, Bus, "re.Match[str]"], Awaitable[None]]


def header(scope: Scope, name: bytes) -> str | None:
    """A request header by its lower-case name; None where there is none."""
    for key, value in scope["headers"]:
        if key == name:
            return value.decode("latin-1")
    return None


async def respond(send: Send, status: int, content_type: bytes, body: bytes) -> None:
    """Send a whole answer."""
    headers = [(b"content-type", content_type), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


@contextlib.asynccontextmanager
async def connected(receive: Receive, subscription: Subscription) -> AsyncGenerator[asyncio.Event]:
    """Watch for the client to go: the event is set, and the subscription woken, when it does."""
    gone = asyncio.Event()

    async def watch() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        gone.set()
        subscription.wake()

    task = asyncio.create_task(watch())
    try:
        yield gone
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
