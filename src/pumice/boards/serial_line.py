"""A serial line that clients reach by telnet, as ser2net offers one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from pumice.boards.telnet import GREETING, Telnet

_LAG_SECONDS = 10.0
"""How long a client may take nothing before it is sent away: it holds up the board."""

_BLOCK = 65536


class SerialLine:
    """One port, which stays open whether the board is on or off.

    All clients hear the board and may type. Nothing is kept for those who come later.
    """

    def __init__(self, typed: Callable[[bytes], Awaitable[None]]) -> None:
        """``typed`` is told what clients type."""
        self._typed = typed
        self._server: asyncio.Server | None = None
        self._clients: dict[asyncio.StreamWriter, Telnet] = {}
        self._served: set[asyncio.Task[None]] = set()

    async def open(self, port: int) -> None:
        """Listen at a port of 127.0.0.1. Raises OSError where it is taken."""
        self._server = await asyncio.start_server(self._come, "127.0.0.1", port)

    async def say(self, data: bytes) -> None:
        """Have all clients hear this; return when they can take more."""
        clients = list(self._clients.items())
        for writer, telnet in clients:
            writer.write(telnet.send(data))
        await asyncio.gather(*(self._taken(writer) for writer, _ in clients))

    async def close(self) -> None:
        """Send everybody away, and listen no more."""
        if self._server is not None:
            self._server.close()
        for writer in list(self._clients):
            self._drop(writer)
        await asyncio.gather(*self._served)

    def _come(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve(reader, writer))
        self._served.add(task)
        task.add_done_callback(self._served.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        telnet = Telnet()
        self._clients[writer] = telnet
        writer.write(GREETING)
        try:
            while data := await reader.read(_BLOCK):
                typed, answer = telnet.receive(data)
                if answer:
                    writer.write(answer)
                if typed:
                    await self._typed(typed)
        except OSError:
            return  # it is gone, as one that hangs up is
        finally:
            self._drop(writer)

    async def _taken(self, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(_LAG_SECONDS):
                await writer.drain()
        except OSError:
            self._drop(writer)

    def _drop(self, writer: asyncio.StreamWriter) -> None:
        self._clients.pop(writer, None)
        if writer.transport.get_write_buffer_size() > 0:
            writer.transport.abort()
        else:
            writer.close()
