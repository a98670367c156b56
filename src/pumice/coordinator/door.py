"""Connections: each brings one request and takes one reply with it."""

from __future__ import annotations

import asyncio
import logging
import resource
import socket

from pumice.coordinator.desk import Desk
from pumice.wire.coordinator import (
    HEADER,
    MAX_REQUEST,
    InvalidFrame,
    InvalidRequest,
    Reply,
    Request,
    length,
    parse,
)

log = logging.getLogger(__name__)

MAX_CONNECTIONS = 2048
"""How many connections may be open; a further one is closed at once."""

_SPARE_FILES = 64
_WRITE_SECONDS = 30.0
_LINGER_SECONDS = 1.0
_BUFFER = 16 << 10
_BACKLOG = 1024
_LARGE_REPLY = 64 << 10
_LARGE_REPLIES = 4


class Door:
    """Takes connections from a listening socket and lets their requests be decided."""

    def __init__(self, desk: Desk, *, read_seconds: float = 10.0) -> None:
        """``read_seconds``: how long a client may take to send its request."""
        self._desk = desk
        self._read_seconds = read_seconds
        self._open = 0
        self._full = False
        self._most = _most_connections()
        self._sending = asyncio.Semaphore(_LARGE_REPLIES)

    async def run(self, listening: socket.socket) -> None:
        """Take connections until canceled; those that are open are closed then."""
        server = await asyncio.start_server(
            self._connected, sock=listening, limit=_BUFFER, backlog=_BACKLOG
        )
        async with server:
            await server.serve_forever()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._open >= self._most:
            if not self._full:
                log.warning("connections-refused: %d are open", self._open)
            self._full = True
            writer.transport.abort()
            return
        self._full = False
        self._open += 1
        try:
            await self._serve(reader, writer)
        except OSError as error:
            # Whoever asked is gone; a client that still wants an answer asks again.
            log.debug("connection-lost: %s", error)
        finally:
            self._open -= 1
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(self._read_seconds):
                request = await _read(reader)
        except TimeoutError:
            await self._send(reader, writer, Reply.nack("the request did not come in time"))
            return
        except (InvalidFrame, InvalidRequest) as error:
            await self._send(reader, writer, Reply.nack(str(error)))
            return
        except asyncio.IncompleteReadError:
            await self._send(reader, writer, Reply.nack("the request ends before its length"))
            return
        reply = await self._desk.ask(request)
        log.debug("%s job=%s: %s", request.call, request.client, reply.response)
        await self._send(reader, writer, reply)

    async def _send(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, reply: Reply
    ) -> None:
        """Send the reply so that the client has all of it before it sees the end."""
        sent = reply.to_frame()
        if len(sent) <= _LARGE_REPLY:
            await _answer(reader, writer, sent)
            return
        # Encoded again in its turn: many slow readers of large replies cost no memory.
        del sent
        async with self._sending:
            await _answer(reader, writer, reply.to_frame())


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, sent: bytes) -> None:
    writer.transport.set_write_buffer_limits(high=0)
    try:
        async with asyncio.timeout(_WRITE_SECONDS):
            writer.write(sent)
            await writer.drain()
            writer.write_eof()
        async with asyncio.timeout(_LINGER_SECONDS):
            # Closing while bytes are unread would make the system take back the reply.
            while await reader.read(_BUFFER):
                pass
    except TimeoutError:
        log.debug("connection-slow: closed")


async def _read(reader: asyncio.StreamReader) -> Request:
    header = await reader.readexactly(HEADER)
    return Request.from_json(parse(await reader.readexactly(length(header, MAX_REQUEST))))


def _most_connections() -> int:
    """As many as the system lets this process have, at most :data:`MAX_CONNECTIONS`."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MAX_CONNECTIONS + _SPARE_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    most = MAX_CONNECTIONS if soft == resource.RLIM_INFINITY else soft - _SPARE_FILES
    return max(1, min(MAX_CONNECTIONS, most))
