"""A terminal whose other side is a program's standard streams."""

from __future__ import annotations

import asyncio
import errno
import os
import pty
import tty


class Terminal:
    """A pseudo-terminal that changes no byte. Needs a running loop. Close it at the end."""

    def __init__(self) -> None:
        self._master, self.program = pty.openpty()
        """``program`` is the side that the program gets."""
        tty.setraw(self.program)
        os.set_blocking(self._master, False)
        self._typing = asyncio.Lock()

    def started(self) -> None:
        """The program has its side: when it ends, the terminal does."""
        os.close(self.program)

    async def read(self, size: int) -> bytes:
        """What the program says, at most that many bytes; nothing where it has ended."""
        while True:
            try:
                return os.read(self._master, size)
            except BlockingIOError:
                await self._readable()
            except OSError as error:
                if error.errno == errno.EIO:
                    return b""
                raise

    async def write(self, data: bytes) -> None:
        """Type this, as fast as the program reads; what it does not read before its end is lost."""
        async with self._typing:
            while data:
                try:
                    data = data[os.write(self._master, data) :]
                except BlockingIOError:
                    await self._writable()
                except OSError as error:
                    if error.errno == errno.EIO:
                        return
                    raise

    def close(self) -> None:
        """Give it back."""
        os.close(self._master)

    async def _readable(self) -> None:
        loop = asyncio.get_running_loop()
        ready: asyncio.Future[None] = loop.create_future()
        loop.add_reader(self._master, _set, ready)
        try:
            await ready
        finally:
            loop.remove_reader(self._master)

    async def _writable(self) -> None:
        loop = asyncio.get_running_loop()
        ready: asyncio.Future[None] = loop.create_future()
        loop.add_writer(self._master, _set, ready)
        try:
            await ready
        finally:
            loop.remove_writer(self._master)


def _set(ready: asyncio.Future[None]) -> None:
    if not ready.done():
        ready.set_result(None)
