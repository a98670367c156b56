"""A board in fastboot, as a program: what the real ``fastboot`` talks to over TCP.

It listens on a port of the loopback interface that is free, and writes it to ``FOLDER/port``; as
a part of :mod:`pumice.boards.fastboot_board`, on the port that it is given. Partitions are files
in ``FOLDER/partitions``; an image that is booted without being written is ``FOLDER/booted``. What
it is asked for is in ``FOLDER/asked``, a line each.

The board is in fastboot while the file ``FOLDER/fastboot`` is there: booting and rebooting remove
it, rebooting into the bootloader does not, and ``touch`` is a power switch that brings it back.
Else it takes no connections. Faults: ``--refuse COMMAND`` answers such a command with FAIL, as
often as ``--times`` says; ``--drop COMMAND`` ends the connection instead of answering.

Source: Android's documentation of the fastboot protocol. Over TCP both sides say ``FB01``; then
each message is preceded by its length, eight bytes with the highest first.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

HELLO = b"FB01"
_LENGTH = 8
_LARGEST = 256 << 20
_ANSWERS = {
    "version": "0.4",
    "product": "emulated",
    "max-download-size": hex(_LARGEST),
    "slot-count": "0",
    "current-slot": "",
}


@dataclass
class Device:
    """The board; ``folder`` holds all that can be seen of it.

    ``left`` is called when the board leaves fastboot, after it has answered.
    """

    folder: Path
    refuse: str = ""
    times: int = 1_000_000
    drop: str = ""
    downloaded: bytes = b""
    userspace: bool = False
    left: Callable[[], None] = lambda: None

    @property
    def mode(self) -> Path:
        """The file that is there while the board is in fastboot."""
        return self.folder / "fastboot"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Talk to one client until it goes, or the board does."""
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            if self.mode.exists():
                await self._talk(reader, writer)
        writer.close()
        if not self.mode.exists():
            self.left()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(HELLO)
        if await reader.readexactly(len(HELLO)) != HELLO:
            return
        while True:
            command = (await _receive(reader)).decode("utf-8", "replace")
            with (self.folder / "asked").open("a") as asked:
                asked.write(f"{command}\n")
            name = command.partition(":")[0]
            if name == self.drop:
                return
            if name == self.refuse and self.times > 0:
                self.times -= 1
                _send(writer, f"FAIL{name} does not work today")
            elif name == "download":
                await self._download(command.partition(":")[2], reader, writer)
            else:
                _send(writer, self._answer(*command.split(":", 1)))
                if not self.mode.exists() or name.startswith("reboot"):
                    await writer.drain()
                    return
            await writer.drain()

    async def _download(
        self, size: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        wanted = int(size, 16)
        if wanted > _LARGEST:
            _send(writer, "FAILthe image is too large")
            return
        _send(writer, f"DATA{wanted:08x}")
        await writer.drain()
        data = bytearray()
        while len(data) < wanted:
            data += await _receive(reader)
        self.downloaded = bytes(data)
        _send(writer, "OKAY")

    def _answer(self, name: str, argument: str = "") -> str:
        if name == "getvar":
            return f"OKAY{self._variable(argument)}"
        if name == "flash":
            if "/" in argument or not self.downloaded:
                return "FAILthere is nothing to write, or no such partition"
            (self.folder / "partitions" / argument).write_bytes(self.downloaded)
        elif name == "erase":
            (self.folder / "partitions" / argument).unlink(missing_ok=True)
        elif name == "boot":
            (self.folder / "booted").write_bytes(self.downloaded)
            self.mode.unlink()
        elif name in ("continue", "reboot"):
            self.mode.unlink()
        elif name in ("reboot-bootloader", "reboot-fastboot"):
            self.userspace = name == "reboot-fastboot"
        elif name != "set_active":
            return "FAILunknown command"
        return "OKAY"

    def _variable(self, name: str) -> str:
        if name.startswith(("has-slot:", "is-logical:")):
            return "no"
        if name == "is-userspace":
            return "yes" if self.userspace else "no"
        return _ANSWERS.get(name, "")


async def _receive(reader: asyncio.StreamReader) -> bytes:
    size = int.from_bytes(await reader.readexactly(_LENGTH), "big")
    return await reader.readexactly(size)


def _send(writer: asyncio.StreamWriter, text: str) -> None:
    data = text.encode()
    writer.write(len(data).to_bytes(_LENGTH, "big") + data)


async def serve(device: Device, port: int = 0) -> asyncio.Server:
    """Listen on a port, 0 for one that is free. Raises OSError."""
    (device.folder / "partitions").mkdir(parents=True, exist_ok=True)
    return await asyncio.start_server(device.serve, "127.0.0.1", port, limit=1 << 20)


async def run(device: Device) -> None:
    """Serve until the program ends."""
    server = await serve(device)
    port = device.folder / "port"
    new = port.with_suffix(".new")
    new.write_text(str(server.sockets[0].getsockname()[1]))
    new.replace(port)
    await server.serve_forever()


def main() -> None:
    """Be the board."""
    parser = argparse.ArgumentParser(prog="pumice.boards.fastboot_device", allow_abbrev=False)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--refuse", default="")
    parser.add_argument("--times", type=int, default=1_000_000)
    parser.add_argument("--drop", default="")
    given = parser.parse_args()
    asyncio.run(run(Device(given.folder, given.refuse, given.times, given.drop)))


if __name__ == "__main__":
    main()
