"""Server-sent events (HTML Living Standard, §9.2), as ASGI messages."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import orjson

from pumice.server.api.streams import Scope, Send, header

HEARTBEAT_SECONDS = 15.0
SEND_SECONDS = 60.0
"""A client that takes nothing for so long is let go; it comes back from where it was."""

RETRY_MILLISECONDS = 1_000


class SlowClient(Exception):
    """The client does not read what it is sent: it may connect again and resume."""


class EventStream:
    """Writes events to one client, no faster than it reads."""

    def __init__(self, send: Send) -> None:
        self._send = send

    async def start(self) -> None:
        """Send the head, and how soon to come back after a cut."""
        await self._send(
            {
                "type": "http.response.start",
                "status": 200,
                "headers": [
                    (b"content-type", b"text/event-stream; charset=utf-8"),
                    (b"cache-control", b"no-store"),
                    (b"x-accel-buffering", b"no"),
                ],
            }
        )
        await self._write(b"retry: %d\n\n" % RETRY_MILLISECONDS)

    async def event(self, name: str, data: Mapping[str, Any], identity: int | None = None) -> None:
        """Send an event; ``identity`` is from where a client resumes. Raises SlowClient."""
        place = b"" if identity is None else b"id: %d\n" % identity
        body = orjson.dumps(data)
        await self._write(b"%sevent: %s\ndata: %s\n\n" % (place, name.encode(), body))

    async def heartbeat(self) -> None:
        """Send a comment, so that nobody between takes the connection for dead."""
        await self._write(b": alive\n\n")

    async def end(self) -> None:
        await self._send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _write(self, data: bytes) -> None:
        try:
            async with asyncio.timeout(SEND_SECONDS):
                await self._send({"type": "http.response.body", "body": data, "more_body": True})
        except TimeoutError as error:
            raise SlowClient(str(SlowClient.__doc__)) from error


def resume_from(scope: Scope, default: int) -> int:
    """The number in ``Last-Event-ID``, else the default."""
    text = header(scope, b"last-event-id") or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else default
