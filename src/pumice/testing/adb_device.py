"""A board that runs Android's daemon for debugging, as a program: the real ``adb`` talks to it.

It listens on a free port of the loopback interface and writes it to ``FOLDER/port``. Its shell is
this host's, on a terminal of its own, whose prompt is ``$ ``; files that are pushed are written
below ``--root``, or where they are where they lie below it already. ``--boots N`` has it refuse
the first N connections, as a board that is still starting does.

Source: Android's documentation of the protocol between server and daemon (packages/modules/adb,
protocol.txt) and of its service ``sync:`` (SYNC.TXT). It has neither authentication nor features,
so that the client uses the oldest forms of all services.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import fcntl
import os
import pty
import signal
import struct
import termios
from dataclasses import dataclass, field
from pathlib import Path

_HEADER = struct.Struct("<4s5I")
_VERSION = 0x01000000
_LARGEST = 4096
_MODE = 0o100644
_BANNER = b"device::ro.product.name=emulated;ro.product.model=emulated;ro.product.device=emulated;"


@dataclass
class Stream:
    """One of a connection's streams: what the host wrote, and its word to go on."""

    number: int
    host: int
    data: asyncio.Queue[bytes] = field(default_factory=asyncio.Queue[bytes])
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    closed: bool = False


class Connection:
    """A host's server that is connected."""

    def __init__(
        self, root: Path, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._root = root
        self._reader = reader
        self._writer = writer
        self._streams: dict[int, Stream] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def serve(self) -> None:
        """Talk until the host goes."""
        try:
            while True:
                await self._message()
        except (asyncio.IncompleteReadError, ConnectionError):
            return  # the host has gone
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            self._writer.close()

    async def _message(self) -> None:
        head = await self._reader.readexactly(_HEADER.size)
        name, first, second, size, _, _ = _HEADER.unpack(head)
        data = await self._reader.readexactly(size)
        if name == b"CNXN":
            self._send(b"CNXN", _VERSION, _LARGEST, _BANNER)
        elif name == b"OPEN":
            stream = Stream(len(self._streams) + 1, first)
            self._streams[stream.number] = stream
            self._send(b"OKAY", stream.number, stream.host)
            task = asyncio.ensure_future(self._run(stream, data.rstrip(b"\0").decode()))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        elif stream := self._streams.get(second):
            if name == b"OKAY":
                stream.ready.set()
            elif name == b"WRTE":
                stream.data.put_nowait(data)
                self._send(b"OKAY", stream.number, stream.host)
            elif name == b"CLSE":
                stream.closed = True
                stream.ready.set()
                stream.data.put_nowait(b"")
        await self._writer.drain()

    def _send(self, name: bytes, first: int, second: int, data: bytes = b"") -> None:
        magic = int.from_bytes(name, "little") ^ 0xFFFFFFFF
        total = sum(data) & 0xFFFFFFFF
        self._writer.write(_HEADER.pack(name, first, second, len(data), total, magic) + data)

    async def _write(self, stream: Stream, data: bytes) -> None:
        """Write to a stream, piece by piece, each after the host's word."""
        for begin in range(0, len(data), _LARGEST):
            if stream.closed:
                return
            stream.ready.clear()
            self._send(b"WRTE", stream.number, stream.host, data[begin : begin + _LARGEST])
            await stream.ready.wait()

    async def _run(self, stream: Stream, service: str) -> None:
        kind, _, argument = service.partition(":")
        if kind == "shell":
            await self._shell(stream, argument)
        elif kind == "sync":
            await self._sync(stream)
        if not stream.closed:
            self._send(b"CLSE", stream.number, stream.host)

    async def _shell(self, stream: Stream, command: str) -> None:
        """A command, or a shell, on a terminal of its own."""
        ours, its = pty.openpty()
        words = ["sh", "-c", command] if command else ["sh", "-i"]
        environment = {**os.environ, "PS1": "$ ", "HOME": str(self._root)}
        environment.pop("ENV", None)
        process = await asyncio.create_subprocess_exec(
            *words,
            stdin=its,
            stdout=its,
            stderr=its,
            cwd=self._root,
            env=environment,
            start_new_session=True,
            preexec_fn=_take_terminal,
        )
        os.close(its)
        typing = asyncio.ensure_future(_type(stream, ours))
        try:
            while data := await asyncio.to_thread(_read, ours):
                await self._write(stream, data)
        finally:
            typing.cancel()
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
            os.close(ours)

    async def _sync(self, stream: Stream) -> None:
        """Take files: ``STAT`` says that there is none yet, ``SEND`` writes one."""
        left = bytearray()

        async def take(count: int) -> bytes:
            while len(left) < count:
                data = await stream.data.get()
                if not data:
                    raise asyncio.CancelledError
                left.extend(data)
            taken = bytes(left[:count])
            del left[:count]
            return taken

        while True:
            name, size = struct.unpack("<4sI", await take(8))
            if name == b"QUIT":
                return
            path = (await take(size)).decode()
            if name == b"STAT":
                await self._write(stream, struct.pack("<4s3I", b"STAT", 0, 0, 0))
                continue
            place = self._place(path.rpartition(",")[0])
            place.parent.mkdir(parents=True, exist_ok=True)
            with place.open("wb") as file:
                while (part := struct.unpack("<4sI", await take(8)))[0] == b"DATA":
                    file.write(await take(part[1]))
            await self._write(stream, struct.pack("<4sI", b"OKAY", 0))

    def _place(self, path: str) -> Path:
        found = Path(path)
        return found if found.is_relative_to(self._root) else self._root / path.lstrip("/")


def _take_terminal() -> None:
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def _read(terminal: int) -> bytes:
    """What comes from the terminal; nothing once all have closed it."""
    try:
        return os.read(terminal, _LARGEST)
    except OSError:
        return b""


async def _type(stream: Stream, terminal: int) -> None:
    while data := await stream.data.get():
        await asyncio.to_thread(os.write, terminal, data)


async def _main(folder: Path, root: Path, boots: int) -> None:
    left = boots

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal left
        if left > 0:
            left -= 1
            writer.close()
            return
        await Connection(root, reader, writer).serve()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    made = folder / "port.new"
    made.write_text(str(port))
    made.rename(folder / "port")
    async with server:
        await server.serve_forever()


def main() -> None:
    """Be the board."""
    parser = argparse.ArgumentParser(prog="pumice.testing.adb_device", allow_abbrev=False)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--root", type=Path, required=True)
    parser.add_argument("--boots", type=int, default=0)
    given = parser.parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_main(given.folder, given.root, given.boots))


if __name__ == "__main__":
    main()
