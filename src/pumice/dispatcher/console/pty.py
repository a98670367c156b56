"""A program on a terminal of its own: its output is the board's, its input the board's too."""

from __future__ import annotations

import asyncio
import errno
import os
import pty
import tty
from collections.abc import Callable, Sequence

from pumice.dispatcher.host.processes import Process, ending

_BLOCK = 64 << 10
_BLOCKS = 16
"""A terminal gives at most 4 KiB at a time: several are read before anything is made of them."""


class PtyTransport:
    """Runs a program on a pseudo-terminal in raw mode."""

    def __init__(self, arguments: Sequence[str]) -> None:
        """Start it. Raises InfrastructureError where that fails."""
        self._master, slave = pty.openpty()
        try:
            tty.setraw(slave)
            os.set_blocking(self._master, False)
            os.set_inheritable(self._master, False)
            self.process = Process(arguments, self._process_ended, stdio=slave)
        except BaseException:
            os.close(self._master)
            raise
        finally:
            os.close(slave)
        self._unsent = bytearray()
        self._received: Callable[[bytes], None] | None = None
        self._ended: Callable[[str], None] | None = None
        self._open = True

    def open(self, received: Callable[[bytes], None], ended: Callable[[str], None]) -> None:
        """See :class:`pumice.dispatcher.console.transport.Transport`."""
        self._received, self._ended = received, ended
        asyncio.get_running_loop().add_reader(self._master, self._read)
        if self.process.status is not None:
            asyncio.get_running_loop().call_soon(self._process_ended, self.process.status)

    def _read(self) -> bool:
        """Take what is there, up to some blocks; tell whether there was anything."""
        blocks: list[bytes] = []
        over = False
        for _ in range(_BLOCKS):
            try:
                block = os.read(self._master, _BLOCK)
            except BlockingIOError:
                break
            except OSError as error:
                if error.errno != errno.EIO:
                    raise
                block = b""  # Linux says so when no process has the other side open
            if not block:
                over = True
                break
            blocks.append(block)
        if blocks and self._received is not None:
            self._received(b"".join(blocks))
        if over:
            self._hang_up()
        return bool(blocks)

    def _hang_up(self) -> None:
        """Nothing more can come: say so when it is known how the program ended."""
        asyncio.get_running_loop().remove_reader(self._master)
        self._open = False
        if self.process.status is not None:
            self._tell()

    def _process_ended(self, status: int) -> None:
        if self._received is None:
            return
        self._read_rest()
        if self._open:
            # What it left behind keeps the terminal: the board itself is gone.
            self._hang_up()
        else:
            self._tell()

    def _read_rest(self) -> None:
        """Take all that was printed before the end."""
        for _ in range(_BLOCKS):
            if not self._open or not self._read():
                return

    def _tell(self) -> None:
        ended, self._ended = self._ended, None
        status = self.process.status
        if ended is not None and status is not None:
            ended(f"{self.process.name} {ending(status)}")

    def write(self, data: bytes) -> None:
        """See :class:`pumice.dispatcher.console.transport.Transport`."""
        if not self._open:
            return
        if not self._unsent:
            data = data[self._write(data) :]
            if data:
                asyncio.get_running_loop().add_writer(self._master, self._write_on)
        self._unsent += data

    def _write_on(self) -> None:
        del self._unsent[: self._write(bytes(self._unsent))]
        if not self._unsent:
            asyncio.get_running_loop().remove_writer(self._master)

    def _write(self, data: bytes) -> int:
        try:
            return os.write(self._master, data)
        except BlockingIOError:
            return 0
        except OSError as error:
            if error.errno != errno.EIO:
                raise
            return len(data)  # nobody is there to read it

    async def close(self) -> None:
        """See :class:`pumice.dispatcher.console.transport.Transport`."""
        if self._master < 0:
            return
        await self.process.end(grace=1.0)
        loop = asyncio.get_running_loop()
        self._read_rest()
        loop.remove_reader(self._master)
        loop.remove_writer(self._master)
        os.close(self._master)
        self._master = -1
        self._open = False
