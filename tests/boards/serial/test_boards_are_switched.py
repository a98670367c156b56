"""A board's power, and its serial line, which outlives it."""

from __future__ import annotations

import asyncio
import hashlib
import time
from pathlib import Path

import pytest

from pumice.boards.board import Machine

from .conftest import SECONDS, MakeUnit, program

LIVES = "import os, time\nprint('I am', os.getpid(), '.', flush=True)\ntime.sleep(600)"
GREETING = 15


class Listener:
    """Somebody at the serial line, without telnet."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.seen = b""

    async def __aenter__(self) -> Listener:
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        await self.reader.readexactly(GREETING)
        return self

    async def __aexit__(self, *_: object) -> None:
        self.writer.close()

    async def next(self, wanted: bytes) -> bytes:
        """What was said until now, when that is in it; it is then forgotten."""
        async with asyncio.timeout(SECONDS):
            while wanted not in self.seen:
                data = await self.reader.read(1 << 20)
                assert data, "the serial line was closed"
                self.seen += data
        seen, self.seen = self.seen, b""
        return seen


def lives(pid: int) -> bool:
    """Whether a process does: one that nobody has waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


async def pid_of(listener: Listener) -> int:
    return int((await listener.next(b".")).split()[2])


async def test_the_line_stays_while_the_board_is_switched_off_and_on(unit: MakeUnit) -> None:
    board = await unit(program(LIVES))
    async with Listener(board.record.ports[0]) as listener:
        await board.power.on()
        first = await pid_of(listener)
        await board.power.on()
        assert lives(first)
        await board.power.off()
        assert not lives(first)
        await board.power.off()
        await board.power.on()
        second = await pid_of(listener)
        await board.power.reset()
        assert not lives(second)
        assert lives(await pid_of(listener))


async def test_what_a_board_says_at_its_end_is_heard(unit: MakeUnit) -> None:
    board = await unit(program("print('Power down', flush=True)"))
    async with Listener(board.record.ports[0]) as listener:
        for _ in range(3):
            await board.power.reset()
            assert await listener.next(b"\n") == b"Power down\n"


async def test_no_byte_is_lost_to_a_reader_who_is_slow(unit: MakeUnit) -> None:
    size = 2_000_000
    text = f"import os\nos.read(0, 1)\nfor i in range({size // 8}): print(f'{{i:7}}')\nprint('!')"
    board = await unit(program(text))
    await board.power.on()
    expected = hashlib.sha256()
    for number in range(size // 8):
        expected.update(f"{number:7}\n".encode())
    async with Listener(board.record.ports[0]) as listener:
        listener.writer.write(b"x")
        found = hashlib.sha256()
        while True:
            data = await listener.reader.read(1 << 20)
            found.update(data.removesuffix(b"!\n"))
            if data.endswith(b"!\n"):
                break
            await asyncio.sleep(0.001)
    assert found.digest() == expected.digest()


async def test_what_a_board_has_started_ends_with_it(unit: MakeUnit) -> None:
    text = (
        "import subprocess, time\n"
        "child = subprocess.Popen(['sleep', '600'], start_new_session=True)\n"
        "print('I am', child.pid, '.', flush=True)\ntime.sleep(600)"
    )
    board = await unit(program(text))
    async with Listener(board.record.ports[0]) as listener:
        await board.power.on()
        child = await pid_of(listener)
        await board.power.off()
        assert not lives(child)


async def test_all_who_listen_hear_the_board_and_one_who_leaves_does_not_matter(
    unit: MakeUnit,
) -> None:
    board = await unit(program(LIVES))
    port = board.record.ports[0]
    async with Listener(port) as one, Listener(port) as other:
        async with Listener(port):
            pass
        await board.power.on()
        assert await one.next(b".") == await other.next(b".")


async def test_a_program_that_cannot_be_started_is_an_error(unit: MakeUnit) -> None:
    board = await unit(Machine(command=("/no/such/program",), qemu=False))
    with pytest.raises(FileNotFoundError):
        await board.power.on()


async def test_a_board_that_ignores_it_is_not_switched_off(unit: MakeUnit) -> None:
    board = await unit(program(LIVES), fault="ignores-power-off")
    async with Listener(board.record.ports[0]) as listener:
        await board.power.on()
        first = await pid_of(listener)
        await board.power.off()
        assert lives(first)
        await board.power.reset()
        assert await pid_of(listener) != first


async def test_a_slow_line_lets_960_bytes_through_in_a_second(unit: MakeUnit) -> None:
    board = await unit(program("print('.' * 1999)"), fault="slow")
    async with Listener(board.record.ports[0]) as listener:
        before = time.monotonic()
        await board.power.on()
        await listener.next(b"\n")
        assert time.monotonic() - before > 1.5


async def test_a_silent_board_says_nothing(unit: MakeUnit) -> None:
    board = await unit(program("print('hello', flush=True)"), fault="silent")
    async with Listener(board.record.ports[0]) as listener:
        await board.power.on()
        await board.power.off()
        await board.close()
        assert await listener.reader.read() == b""
