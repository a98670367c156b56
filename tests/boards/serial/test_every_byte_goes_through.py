"""Debian's telnet client carries every byte in both directions, through Pumice's serial lines as
through ser2net's."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from pumice.boards import records

from .conftest import ECHO, Client, MakeUnit, program

BYTES = bytes(range(256)) + b"\r\n\r\0\r\r\n\n\0\xff\xff\xfd\x03\r" + b"\xff\xf0 end of it"

SER2NET = """%YAML 1.1
---
connection: &board
  accepter: telnet,tcp,127.0.0.1,{port}
  connector: stdio(stderr-to-stdout),{program}
  options:
    kickolduser: true
"""


@pytest.fixture
def ser2net(tmp_path: Path) -> Iterator[int]:
    (port,) = records.free_ports(1, ())
    board = tmp_path / "board"
    board.write_text(f"#!{sys.executable}\n{ECHO}")
    board.chmod(0o755)
    configuration = tmp_path / "ser2net.yaml"
    configuration.write_text(SER2NET.format(port=port, program=board))
    with subprocess.Popen(["/usr/sbin/ser2net", "-n", "-c", configuration]) as server:
        yield port
        server.terminate()


@pytest.fixture(params=["pumice", "ser2net"])
async def port(request: pytest.FixtureRequest, unit: MakeUnit, ser2net: int) -> AsyncIterator[int]:
    """The port of a serial line behind which a program says what is typed."""
    if request.param == "ser2net":
        yield ser2net
        return
    board = await unit(program(ECHO))
    await board.power.on()
    yield board.record.ports[0]


async def listening(port: int) -> None:
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except ConnectionRefusedError:
            await asyncio.sleep(0.05)
        else:
            writer.close()
            return


async def test_what_is_typed_comes_back(port: int, telnet: Callable[[int], Client]) -> None:
    await listening(port)
    async with telnet(port) as client:
        # A client shows what is typed by itself until it knows that the board does.
        await client.terminal.write(b"begin")
        await client.until(b"<ready>")
        await client.terminal.write(BYTES)
        seen = await client.until(b"end of it")
        assert seen.partition(b"<ready>")[2] == BYTES


async def test_a_client_without_telnet_gets_the_same(unit: MakeUnit) -> None:
    board = await unit(program(ECHO))
    await board.power.on()
    reader, writer = await asyncio.open_connection("127.0.0.1", board.record.ports[0])
    await reader.readexactly(15)  # the greeting, which it does not answer
    writer.write(b"beginone\r\ntwo\n")
    assert await reader.readexactly(16) == b"<ready>one\r\ntwo\n"
    writer.close()
